// biome-ignore-all lint/a11y/useSemanticElements: rows that are made only while in sight cannot lie in a <ul>.

import { ArrowDown, ArrowUp, ArrowUpToLine, GripVertical, Pause, Play, X } from 'lucide-react';
import { type HTMLAttributes, type KeyboardEvent, type MouseEvent, memo, useState } from 'react';
import type { Task } from '../../../contract/task.ts';
import type { TaskDetail } from '../../../contract/views.ts';
import { CancelButton, cancelRun } from '../../components/cancel-button.tsx';
import { PriorityMark, What } from '../../components/queue-rows.tsx';
import { ReasonIcon } from '../../components/reason-icon.tsx';
import { type RowAction, RowMenu } from '../../components/row-menu.tsx';
import { lengthWords, startWords } from '../../format/waiting-words.ts';
import { useQueue } from '../../stores/queue.ts';
import { moveTo, pause, resume } from '../../stores/steer.ts';

interface WaitingRowProps {
  detail: TaskDetail;
  position: number;
  /** It is the last one. */
  last: boolean;
  now: number;
  dragged: boolean;
  handle(id: string, position: number): HTMLAttributes<HTMLElement>;
}

/** A waiting task: why it waits, when it will start, and what can be done about it. */
export const WaitingRow = memo(function WaitingRow({ detail, position, last, now, dragged, handle }: WaitingRowProps) {
  const { task, waiting, waitingFor } = detail;
  const [open, setOpen] = useState(false);
  const move = (to: number) => void moveTo(task, to);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    if (event.key === 'ArrowUp' && position > 0) move(event.shiftKey ? 0 : position - 1);
    if (event.key === 'ArrowDown' && !last) move(position + 1);
  };
  const onContextMenu = (event: MouseEvent) => {
    event.preventDefault();
    setOpen(true);
  };
  const reason = task.cancelRequestedAt !== null ? 'Cancelling.' : (waiting ?? 'Starts next.');
  const length = lengthWords(detail, now);
  return (
    <div
      className={`lrow wait${dragged ? ' is-dragged' : ''}${open ? ' is-open' : ''}`}
      role="listitem"
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
    >
      <span className="wait__pos">
        <span>{position + 1}</span>
        <span className="wait__grip above" title="Drag to move" aria-hidden="true" {...handle(task.id, position)}>
          <GripVertical className="icon icon--s" />
        </span>
      </span>
      <What task={task} state="waiting" more={reason} />
      <span className="reason">
        <ReasonIcon kind={waitingFor} />
        <span className="cut">{reason}</span>
      </span>
      <PriorityMark priority={task.config.priority} />
      <span className="wait__start right">{startWords(detail, now)}</span>
      <span className="swap">
        <span className="swap__rest small t3" title={length.title}>
          {length.text}
        </span>
        <span className="swap__act row">
          <RowMenu
            label={`More for #${task.number} ${task.config.category}`}
            groups={actionsOf(task, position, last, move)}
            open={open}
            onOpenChange={setOpen}
          />
          <CancelButton task={task} />
        </span>
      </span>
    </div>
  );
});

function actionsOf(task: Task, position: number, last: boolean, move: (to: number) => void): RowAction[][] {
  const { category } = task.config;
  const categoryIsPaused = useQueue.getState().paused.categories.includes(category);
  const tasks = [task.id];
  const icon = { className: 'icon icon--s' };
  return [
    [
      task.pausedAt === null
        ? { text: 'Pause', icon: <Pause {...icon} />, run: () => void pause({ tasks }) }
        : { text: 'Resume', icon: <Play {...icon} />, run: () => void resume({ tasks }) },
      categoryIsPaused
        ? { text: `Resume all of ${category}`, icon: <Play {...icon} />, run: () => void resume({ category }) }
        : { text: `Pause all of ${category}`, icon: <Pause {...icon} />, run: () => void pause({ category }) },
    ],
    [
      { text: 'Move to the top', icon: <ArrowUpToLine {...icon} />, keys: 'Alt ⇧ ↑', disabled: position === 0, run: () => move(0) },
      { text: 'Move up', icon: <ArrowUp {...icon} />, keys: 'Alt ↑', disabled: position === 0, run: () => move(position - 1) },
      { text: 'Move down', icon: <ArrowDown {...icon} />, keys: 'Alt ↓', disabled: last, run: () => move(position + 1) },
    ],
    [{ text: 'Cancel', icon: <X {...icon} />, disabled: task.cancelRequestedAt !== null, run: () => void cancelRun(task) }],
  ];
}
