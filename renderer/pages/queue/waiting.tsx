import { type RefObject, useRef } from 'react';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { useNow } from '../../stores/clock.ts';
import { useQueue } from '../../stores/queue.ts';
import { moveTo } from '../../stores/steer.ts';
import { useDrag } from './use-drag.ts';
import { WaitingRow } from './waiting-row.tsx';

const ROW = 36;

/** What waits, in the order in which it will start. Rows are moved by dragging, by their menu or with Alt and the arrows. */
export function Waiting({ scroller }: { scroller: RefObject<HTMLDivElement | null> }) {
  const waiting = useQueue((state) => state.waiting);
  const now = useNow();
  const list = useRef<HTMLDivElement>(null);
  const { drag, handle } = useDrag(list, ROW, waiting.length, ({ id, to }) => {
    const detail = waiting.find(({ task }) => task.id === id);
    if (detail) void moveTo(detail.task, to);
  });
  return (
    <section aria-label="Waiting">
      <div className="group">
        <h2>Waiting</h2>
        <span className="group__n">{waiting.length}</span>
        <span className="group__note">{waiting.length > 1 ? 'in starting order; drag to change' : ''}</span>
      </div>
      <div className="droparea" ref={list}>
        <VirtualRows
          count={waiting.length}
          size={ROW}
          scroller={scroller}
          rowKey={(index) => waiting[index]?.task.id ?? String(index)}
          role="list"
        >
          {(index) => {
            const detail = waiting[index];
            return (
              detail && (
                <WaitingRow
                  detail={detail}
                  position={index}
                  last={index === waiting.length - 1}
                  now={now}
                  dragged={drag?.id === detail.task.id}
                  handle={handle}
                />
              )
            );
          }}
        </VirtualRows>
        {drag !== null && drag.to !== drag.from && (
          <i className="dropline" style={{ transform: `translateY(${(drag.to > drag.from ? drag.to + 1 : drag.to) * ROW - 1}px)` }} />
        )}
      </div>
    </section>
  );
}
