import { useMemo, useRef } from 'react';
import { NothingQueued } from '../../components/nothing-queued.tsx';
import { FinishedRow } from '../../components/queue-rows.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { RunCard } from '../../components/run-card.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { dayStart, timeAhead } from '../../format/units.ts';
import { endedAt } from '../../format/words.ts';
import { useNow } from '../../stores/clock.ts';
import { useQueue } from '../../stores/queue.ts';
import { clearAt } from '../../stores/queue-state.ts';
import { PauseBanner, PauseButton } from './pauses.tsx';
import { Scheduled } from './scheduled.tsx';
import { Waiting } from './waiting.tsx';

const ROW = 36;
/** Ended runs that are shown when none of them is of today. */
const LAST_FEW = 10;

/** What runs, what waits in the order in which it will start, and what ended last. */
export function QueuePage() {
  const connecting = useQueue((state) => state.connection === 'connecting');
  const idle = useQueue((state) => state.running.length + state.waiting.length === 0);
  const waiting = useQueue((state) => state.waiting.length > 0);
  const finished = useQueue((state) => state.finished.length > 0);
  const scheduled = useQueue((state) => state.schedules.length > 0);
  const scroller = useRef<HTMLDivElement>(null);
  useRowKeys(scroller);
  const nothing = idle && !finished && !scheduled;
  return (
    <>
      <Bar note={idle && !nothing ? 'nothing is queued' : null} />
      <PauseBanner />
      <div className="page scroll" ref={scroller}>
        {nothing && !connecting && <NothingQueued />}
        {!nothing && (
          <div>
            <Running />
            {waiting && <Waiting scroller={scroller} />}
            {scheduled && <Scheduled />}
            {finished && <Finished scroller={scroller} />}
          </div>
        )}
      </div>
    </>
  );
}

/** With an estimate of when all is done, where each task tells. */
function Bar({ note }: { note: string | null }) {
  const now = useNow();
  const clear = useQueue((state) => clearAt(state, now));
  return (
    <TopBar title="Queue" note={note ?? (clear === null ? undefined : `clear by about ${timeAhead(clear, now)}`)}>
      <PauseButton />
    </TopBar>
  );
}

function Running() {
  const running = useQueue((state) => state.running);
  const live = useQueue((state) => state.live);
  const machine = useQueue((state) => state.machine);
  const free = machine ? Math.max(0, machine.slots - machine.slotsInUse) : 0;
  return (
    <section aria-label="Running">
      <div className="group">
        <h2>Running</h2>
        <span className="group__n">{running.length}</span>
        <span className="group__note">{machine && slotsWords(free, machine.slots)}</span>
      </div>
      {running.length === 0 ? (
        <p className="group__none">Nothing is running.</p>
      ) : (
        <div className="cards">
          {running.map((detail) => (
            <RunCard key={detail.task.id} detail={detail} live={live[detail.task.id]} />
          ))}
        </div>
      )}
    </section>
  );
}

function slotsWords(free: number, slots: number): string {
  if (slots === 1) return free === 1 ? 'the slot is free' : 'the slot is in use';
  if (free === 0) return 'all slots are in use';
  return free === slots ? 'all slots are free' : `${free} of ${slots} slots ${free === 1 ? 'is' : 'are'} free`;
}

function Finished({ scroller }: { scroller: React.RefObject<HTMLDivElement | null> }) {
  const finished = useQueue((state) => state.finished);
  const now = useNow();
  const midnight = dayStart(now);
  const today = useMemo(() => finished.filter((task) => (endedAt(task) ?? 0) >= midnight), [finished, midnight]);
  const shown = today.length > 0 ? today : finished.slice(0, LAST_FEW);
  return (
    <section aria-label="Finished">
      <div className="group">
        <h2>{today.length > 0 ? 'Finished today' : 'Finished last'}</h2>
        <span className="group__n">{shown.length}</span>
        <span className="group__note">
          <a className="link" href="#/history">
            All in History
          </a>
        </span>
      </div>
      <VirtualRows count={shown.length} size={ROW} scroller={scroller} rowKey={(index) => shown[index]?.id ?? String(index)} role="list">
        {(index) => {
          const task = shown[index];
          return task && <FinishedRow task={task} now={now} />;
        }}
      </VirtualRows>
    </section>
  );
}
