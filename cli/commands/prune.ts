import { basename } from 'node:path';
import type { Result } from '../../contract/api.ts';
import { rfc3339 } from '../../contract/documents.ts';
import { toSnakeCase } from '../../contract/json.ts';
import { EXIT } from '../../contract/status.ts';
import { type Cell, onStdout, type Paint, table } from '../print.ts';
import { withSession } from '../session.ts';
import { moment, sizeText } from '../words.ts';

const REASONS = { age: 'too old', number: 'too many of its suite', disk: 'too much disk' } as const;

/** `bge2e prune [--dry-run]`: what need not be kept any more goes, or is only named. */
export async function prune({ dryRun = false, json = false }: { dryRun?: boolean; json?: boolean }): Promise<number> {
  const nothing: Result<'prune'> = { pruned: [], total: 0, freedBytes: 0, diskUseBytes: 0 };
  const answer = await withSession(async (session) => (session.hasHistory ? session.call('prune', { dryRun }) : nothing));
  process.stdout.write(
    json ? `${JSON.stringify(pruneDocument(answer, dryRun), null, 2)}\n` : pruneText(answer, dryRun, Date.now(), onStdout()),
  );
  return EXIT.passed;
}

function pruneDocument({ pruned, ...rest }: Result<'prune'>, dryRun: boolean) {
  return toSnakeCase({ dryRun, ...rest, pruned: pruned.map(({ endedAt, ...run }) => ({ ...run, endedAt: rfc3339(endedAt) })) });
}

function pruneText(
  { pruned, total, freedBytes, diskUseBytes }: Result<'prune'>,
  dryRun: boolean,
  now: number,
  { paint, columns }: { paint: Paint; columns: number | null },
): string {
  const use = `All runs together take ${sizeText(diskUseBytes)}.`;
  if (pruned.length === 0) return `Nothing has to go. ${use}\n`;
  const rows = pruned.map((run): (Cell | string)[] => [
    { text: String(run.number), right: true },
    basename(run.project),
    run.verdict ?? '',
    { text: moment(run.endedAt, now), right: true },
    { text: sizeText(run.bytes), right: true },
    run.history ? 'all of it' : 'logs and artifacts',
    REASONS[run.reason],
    run.taskId,
  ]);
  const text = table(['#', 'PROJECT', 'VERDICT', 'ENDED', 'SIZE', 'WHAT GOES', 'WHY', 'ID'], rows, { elastic: 1, columns, paint });
  const freed = dryRun ? `${sizeText(freedBytes)} would be freed; nothing was removed.` : `${sizeText(freedBytes)} were freed.`;
  const more = total > pruned.length ? `and ${total - pruned.length} more\n` : '';
  return `${text}${more}\n${freed} ${use}\n`;
}
