import type { Result } from '../../contract/api.ts';
import { EMPTY_QUEUE, queueStatusDocument, taskStatusDocument } from '../../contract/documents.ts';
import { Refusal } from '../../contract/errors.ts';
import type { Paused } from '../../contract/queue.ts';
import { EXIT, isTerminal, outcomeOf } from '../../contract/status.ts';
import type { TaskDetail } from '../../contract/views.ts';
import { endedText } from '../ended-text.ts';
import { type Cell, oneLine, onStdout, type Paint, table } from '../print.ts';
import { type Session, withSession } from '../session.ts';
import { about, attemptText, backOffText, limitText, nameOf, outcomeStyle, outcomeWord, progressText, timeOf } from '../words.ts';

/** `bge2e status [ID]`. */
export async function status(id: string | undefined, { json = false }: { json?: boolean }): Promise<number> {
  return withSession((session) => (id === undefined ? queueStatus(session, json) : taskStatus(session, id, json)));
}

async function queueStatus(session: Session, json: boolean): Promise<number> {
  const running = session.hasHistory;
  const queue = running ? await session.call('getQueue', { limit: SHOWN_WAITING }) : EMPTY_QUEUE;
  const now = Date.now();
  process.stdout.write(json ? `${JSON.stringify(queueStatusDocument(queue, running, now), null, 2)}\n` : queueText(queue, now, onStdout()));
  if (running) sayWarnings((await session.call('hostStatus', {})).warnings ?? []);
  return EXIT.passed;
}

/** Tells what the user should know of this home; an older host knows of nothing. */
export function sayWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`Warning: ${oneLine(warning)}\n`);
}

async function taskStatus(session: Session, id: string, json: boolean): Promise<number> {
  const detail = await taskNamed(session, id);
  process.stdout.write(
    json ? `${JSON.stringify(taskStatusDocument(detail, Date.now()), null, 2)}\n` : detailText(detail, Date.now(), onStdout().paint),
  );
  return EXIT.passed;
}

/** The task that a person named. In a home that never had a host there is none, and none is started to say so. */
export async function taskNamed(session: Session, id: string): Promise<TaskDetail> {
  if (!session.hasHistory) throw new Refusal('not_found', `There is no task ${oneLine(id)}: nothing was queued yet in ${session.home}.`);
  return session.call('getTask', { task: id });
}

/** Waiting tasks that are listed; all are counted. */
const SHOWN_WAITING = 50;

/** The queue as a table. */
export function queueText(
  { active, queued, paused }: Result<'getQueue'>,
  now: number,
  { paint, columns }: { paint: Paint; columns: number | null },
): string {
  const head = pausedText(paused);
  if (active.length === 0)
    return `${head}Nothing runs and nothing waits. "bge2e add CATEGORY" queues a suite, "bge2e results" shows what has ended.\n`;
  const rows = active.map((detail): (Cell | string)[] => {
    const { task } = detail;
    return [
      { text: String(task.number), right: true },
      { text: outcomeWord(task), style: outcomeStyle(outcomeOf(task)) },
      task.config.category,
      task.projectName,
      { text: timeOf(task, now), right: true },
      happeningText(detail, now),
      task.id,
    ];
  });
  const hidden = queued - active.filter(({ task }) => task.state.status === 'queued').length;
  const more = hidden > 0 ? `… and ${hidden} more ${hidden === 1 ? 'waits' : 'wait'}.\n` : '';
  return `${head}${table(['#', 'STATUS', 'CATEGORY', 'PROJECT', 'TIME', 'DETAILS', 'ID'], rows, { elastic: 5, columns, paint })}${more}`;
}

function pausedText({ all, categories }: Paused): string {
  if (all) return 'The queue is paused; "bge2e resume" lets it go on.\n';
  if (categories.length === 0) return '';
  return `${oneLine(categories.join(', '))} ${categories.length === 1 ? 'is' : 'are'} paused; "bge2e resume" lets everything go on.\n`;
}

/** How far a task is, or why it waits. */
export function happeningText(detail: TaskDetail, now: number): string {
  const { task, waiting, progress } = detail;
  if (waiting !== null) return joined([waiting, startText(detail, now)], ' ');
  const attempt = backOffText(task, now) ?? attemptText(task);
  const test = progress?.current ? `now ${progress.current.title}` : '';
  const done = progress ? progressText(progress) : '';
  const left = detail.estimatedEndAt == null ? '' : `${about(detail.estimatedEndAt - now)} left`;
  return joined([attempt, done, left, test], ' · ');
}

/** A start time that was asked for is in the reason. */
function startText({ task, estimatedStartAt = null }: TaskDetail, now: number): string {
  return estimatedStartAt === null || estimatedStartAt === task.config.startAt ? '' : `Starts in ${about(estimatedStartAt - now)}.`;
}

const joined = (parts: readonly string[], separator: string) => parts.filter((part) => part !== '').join(separator);

function detailText(detail: TaskDetail, now: number, paint: Paint): string {
  const { task, process } = detail;
  if (isTerminal(task.state.status)) return endedText(task, paint);
  const lines = [
    [paint(outcomeStyle(outcomeOf(task)), outcomeWord(task)), ` ${oneLine(nameOf(task))}`, `· ${timeOf(task, now)} · ${task.id}`].join(' '),
  ];
  const happening = happeningText(detail, now);
  if (happening !== '') lines.push(`  ${oneLine(happening)}`);
  for (const { title, message } of detail.progress?.failures ?? []) lines.push(`  ${paint('red', '✗')} ${oneLine(`${title}: ${message}`)}`);
  const sample = process?.sample;
  if (process?.pid)
    lines.push(
      `  pid ${process.pid}${sample ? ` · ${sample.cpu.toFixed(0)} % of one core · ${sample.memory.toFixed(0)} MB · ${sample.processes} processes` : ''}`,
    );
  for (const limit of task.attempts.at(-1)?.limits ?? []) lines.push(`  limit: ${oneLine(limitText(limit))}`);
  lines.push(paint('dim', `  ${oneLine(task.commandLine)}`));
  return `${lines.join('\n')}\n`;
}
