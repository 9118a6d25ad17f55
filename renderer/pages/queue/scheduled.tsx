import { CalendarClock, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Schedule } from '../../../contract/schedule.ts';
import { RowMenu } from '../../components/row-menu.tsx';
import { cronWords } from '../../format/cron-words.ts';
import { timeAhead } from '../../format/units.ts';
import { runHash } from '../../router.ts';
import { useNow } from '../../stores/clock.ts';
import { useQueue } from '../../stores/queue.ts';
import { removeSchedule, runNow } from '../../stores/steer.ts';

/** Suites that are queued again and again, the one that is due next first. */
export function Scheduled() {
  const schedules = useQueue((state) => state.schedules);
  const now = useNow();
  return (
    <section aria-label="Scheduled">
      <div className="group">
        <h2>Scheduled</h2>
        <span className="group__n">{schedules.length}</span>
      </div>
      <ul>
        {schedules.map((schedule) => (
          <ScheduleRow key={schedule.id} schedule={schedule} now={now} />
        ))}
      </ul>
    </section>
  );
}

function ScheduleRow({ schedule, now }: { schedule: Schedule; now: number }) {
  const [open, setOpen] = useState(false);
  const { request, projectName, cron, missed, nextAt, lastTask, problem } = schedule;
  const words = cronWords(cron);
  const icon = { className: 'icon icon--s' };
  const actions = [
    [{ text: 'Run now', icon: <Play {...icon} />, run: () => void runNow(schedule) }],
    [{ text: 'Remove the schedule', icon: <Trash2 {...icon} />, run: () => void removeSchedule(schedule) }],
  ];
  const what = (
    <>
      <b>{request.category}</b>
      <span className="cut">
        {projectName}
        {request.environment && <i>/</i>}
        {request.environment}
      </span>
    </>
  );
  return (
    <li
      className={`lrow wait${open ? ' is-open' : ''}`}
      onContextMenu={(event) => {
        event.preventDefault();
        setOpen(true);
      }}
    >
      <span className="wait__pos">
        <CalendarClock className="icon icon--s" />
      </span>
      {lastTask === null ? (
        <span className="lrow__what">{what}</span>
      ) : (
        <a className="over lrow__what" href={runHash(lastTask)} data-row="" title="Shows its last run">
          {what}
        </a>
      )}
      <span className="reason">
        <span className={problem === null ? 'cut' : 'cut is-flaky'} title={problem ?? `cron ${cron}`}>
          {problem ?? (words === null ? <code>{cron}</code> : `Runs ${words}`)}
          {problem === null && <span className="t3">{missed === 'run' ? ', once if it was missed' : ', not if it was missed'}</span>}
        </span>
      </span>
      <span />
      <span className="wait__start right">{nextAt === null ? 'never again' : timeAhead(nextAt, now)}</span>
      <span className="swap">
        <span className="swap__act row is-shown">
          <RowMenu label={`More for the schedule of ${request.category}`} groups={actions} open={open} onOpenChange={setOpen} />
        </span>
      </span>
    </li>
  );
}
