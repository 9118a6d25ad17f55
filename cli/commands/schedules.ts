import { ownEnvironment } from '../../agent/queue-task.ts';
import { scheduleDocument } from '../../contract/documents.ts';
import { newRequestId } from '../../contract/ids.ts';
import type { MissedRuns, Schedule } from '../../contract/schedule.ts';
import { EXIT } from '../../contract/status.ts';
import { usage } from '../failure.ts';
import { type Cell, oneLine, onStdout, type Paint, table } from '../print.ts';
import { withSession } from '../session.ts';
import { moment } from '../words.ts';
import { requestFor, type TaskOptions } from './add.ts';

export interface ScheduleOptions extends TaskOptions {
  cron: string;
  missed?: string;
}

/** `bge2e add CATEGORY --cron PATTERN`: queues it again and again. */
export async function addSchedule(category: string, options: ScheduleOptions, additionalArgs: readonly string[]): Promise<number> {
  const schedule = await withSession((session) =>
    session.call('addSchedule', {
      requestId: newRequestId(),
      cron: options.cron,
      missed: options.missed === undefined ? undefined : missedOf(options.missed),
      request: requestFor(category, options, additionalArgs),
      environment: ownEnvironment(),
    }),
  );
  process.stdout.write(
    options.json
      ? `${JSON.stringify(scheduleDocument(schedule), null, 2)}\n`
      : `Scheduled ${oneLine(category)} as ${schedule.id}, next ${nextOf(schedule)}. "bge2e schedules remove ${schedule.id}" ends that.\n`,
  );
  return EXIT.passed;
}

/** `bge2e schedules`. */
export async function schedules({ json = false }: { json?: boolean }): Promise<number> {
  const all = await withSession(async (session) => (session.hasHistory ? session.call('listSchedules', {}) : []));
  process.stdout.write(json ? `${JSON.stringify(all.map(scheduleDocument), null, 2)}\n` : schedulesText(all, onStdout()));
  return EXIT.passed;
}

/** `bge2e schedules remove ID…`: what they have queued stays. */
export async function removeSchedules(names: readonly string[], { json = false }: { json?: boolean }): Promise<number> {
  const removed = await withSession((session) => session.call('removeSchedules', { schedules: [...names] }));
  process.stdout.write(
    json
      ? `${JSON.stringify(removed.map(scheduleDocument), null, 2)}\n`
      : removed.map(({ id, request }) => `Removed ${id} (${oneLine(request.category)}); tasks that it queued stay.\n`).join(''),
  );
  return EXIT.passed;
}

function schedulesText(all: readonly Schedule[], { paint, columns }: { paint: Paint; columns: number | null }): string {
  if (all.length === 0) return 'There are no schedules. "bge2e add CATEGORY --cron \'0 3 * * *\'" makes one.\n';
  const rows = all.map((schedule): (Cell | string)[] => [
    schedule.id,
    schedule.cron,
    schedule.request.category,
    schedule.projectName,
    nextOf(schedule),
    schedule.lastTask ?? '',
    schedule.problem ?? '',
  ]);
  return table(['ID', 'WHEN', 'CATEGORY', 'PROJECT', 'NEXT', 'LAST TASK', 'PROBLEM'], rows, { elastic: 6, columns, paint });
}

const nextOf = ({ nextAt }: Schedule) => (nextAt === null ? 'never' : moment(nextAt, Date.now()));

function missedOf(given: string): MissedRuns {
  if (given === 'run' || given === 'skip') return given;
  throw usage(`--missed is ${JSON.stringify(given)}: it must be run (once, as soon as possible) or skip`);
}
