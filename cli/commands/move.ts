import type { Params } from '../../contract/api.ts';
import { resultDocument } from '../../contract/documents.ts';
import { EXIT } from '../../contract/status.ts';
import { usage } from '../failure.ts';
import { oneLine } from '../print.ts';
import { withSession } from '../session.ts';
import { nameOf } from '../words.ts';

interface Options {
  first?: boolean;
  before?: string;
  after?: string;
  json?: boolean;
}

/** `bge2e move ID --first|--before ID|--after ID`. */
export async function move(name: string, { json = false, ...to }: Options): Promise<number> {
  const task = await withSession((session) => session.call('moveTask', targetOf(name, to)));
  if (json) process.stdout.write(`${JSON.stringify(resultDocument(task), null, 2)}\n`);
  else process.stdout.write(`Moved ${oneLine(`${nameOf(task)} (${task.id})`)}. "bge2e status" shows the order.\n`);
  return EXIT.passed;
}

function targetOf(task: string, { first, before, after }: Omit<Options, 'json'>): Params<'moveTask'> {
  if ([first, before, after].filter((one) => one !== undefined).length !== 1)
    throw usage('move needs the place: one of --first, --before ID, --after ID.');
  if (before !== undefined) return { task, before };
  return after === undefined ? { task, first: true } : { task, after };
}
