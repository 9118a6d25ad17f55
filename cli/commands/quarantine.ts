import type { Result } from '../../contract/api.ts';
import { dayOf } from '../../contract/day.ts';
import { quarantineDocument } from '../../contract/insight-documents.ts';
import { EXIT } from '../../contract/status.ts';
import { usage } from '../failure.ts';
import { folderNamed } from '../folder.ts';
import { type Cell, oneLine, onStdout, table } from '../print.ts';
import { withSession } from '../session.ts';

export interface QuarantineOptions {
  project?: string;
  file?: string;
  until?: string;
  reason?: string;
  json?: boolean;
}

const DEFAULT_DAYS = 14;

/** `bge2e quarantine add TITLE`: its failures are shown, but make no verdict until that day is over. */
export async function quarantineTest(test: string, { project, file, until, reason, json = false }: QuarantineOptions): Promise<number> {
  const day = untilOf(until ?? `${DEFAULT_DAYS}d`, Date.now());
  const now = await withSession((session) =>
    session.call('quarantineTest', { project: folderNamed(project), test, file: file ?? null, until: day, reason: reason ?? null }),
  );
  if (json) process.stdout.write(`${JSON.stringify(quarantineDocument(now), null, 2)}\n`);
  else process.stdout.write(`In quarantine until the end of ${day}: its failures are shown, but make no verdict.\n  ${now.path}\n`);
  return EXIT.passed;
}

/** `bge2e quarantine remove TITLE`. */
export async function unquarantineTest(test: string, { project, file, json = false }: QuarantineOptions): Promise<number> {
  const now = await withSession((session) => session.call('unquarantineTest', { project: folderNamed(project), test, file: file ?? null }));
  process.stdout.write(
    json ? `${JSON.stringify(quarantineDocument(now), null, 2)}\n` : `Its failures make the verdict again.\n  ${now.path}\n`,
  );
  return EXIT.passed;
}

/** `bge2e quarantine list`. Exit code 2 where the file cannot be understood. */
export async function listQuarantine({ project, json = false }: QuarantineOptions): Promise<number> {
  const found = await withSession((session) => session.call('listQuarantine', { project: folderNamed(project) }));
  if (json) process.stdout.write(`${JSON.stringify(quarantineDocument(found), null, 2)}\n`);
  else if (found.problem === null) process.stdout.write(quarantineText(found));
  if (found.problem === null) return EXIT.passed;
  if (!json) process.stderr.write(`Nothing is in quarantine: ${found.problem}\n`);
  return EXIT.usage;
}

function quarantineText({ entries, path }: Result<'listQuarantine'>): string {
  if (entries.length === 0) return `Nothing is in quarantine (${path}).\n`;
  const rows = entries.map(({ test, file, until, reason, isExpired }): (Cell | string)[] => [
    isExpired ? { text: `${until} (over)`, style: 'red' } : until,
    test,
    file ?? '',
    reason ?? '',
  ]);
  return table(['UNTIL', 'TEST', 'FILE', 'REASON'], rows, { elastic: 1, ...onStdout() });
}

/** `2026-12-24`, or `14d` and `2w` from now, as a day on this machine's calendar. */
export function untilOf(given: string, now: number): string {
  const text = given.trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const [, count, unit] = /^(\d{1,3})\s*(d|w)$/i.exec(text) ?? [];
  if (count === undefined || unit === undefined)
    throw usage(`--until is ${JSON.stringify(oneLine(given))}: it must be a day such as 2026-12-24, or how long, such as 14d or 2w`);
  const date = new Date(now);
  date.setDate(date.getDate() + Number(count) * (unit.toLowerCase() === 'w' ? 7 : 1));
  return dayOf(date);
}
