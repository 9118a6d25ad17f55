import { writeSync } from 'node:fs';
import { z } from 'zod';
import { ReadRequest } from '../../contract/report.ts';
import { displayPath } from './find-files.ts';
import { readFiles } from './read-files.ts';

/** A file that ended the process that read it; `problem` ends a sentence that begins with its name. */
const BrokenFile = z.object({ path: z.string(), problem: z.string() });
export type BrokenFile = z.infer<typeof BrokenFile>;

const PartTask = z.object({
  /** A ReadRequest as JSON. */
  request: z.string(),
  broken: z.array(BrokenFile),
  /** Too many were broken: what comes after the last of them is left alone. */
  isLast: z.boolean(),
});
export type PartTask = z.infer<typeof PartTask>;

const NOTES = 3;

/**
 * Reads what a request names, but the files that broke earlier processes, and answers on stdout. Descriptor 3 gets the path of each file before
 * it is opened, a line for each, and an empty line when all were read.
 */
export async function readPart(task: string): Promise<void> {
  const { request: asked, broken, isLast } = PartTask.parse(JSON.parse(task));
  const request = ReadRequest.parse(JSON.parse(asked));
  const nameOf = (path: string) => displayPath(path, request.root);
  const refused = new Map(broken.map(({ path, problem }) => [path, `${nameOf(path)} could not be read: ${problem}`]));
  if (isLast) {
    const last = Math.max(...broken.map(({ path }) => request.files.indexOf(path)));
    for (const path of request.files.slice(last + 1))
      refused.set(path, `${nameOf(path)} was not read: ${broken.length} reports before it had broken off the reading.`);
  }
  const answer = await readFiles(request, { refused, onFile: (path) => writeSync(NOTES, `${path.replaceAll('\n', '\ufffd')}\n`) });
  writeSync(NOTES, '\n');
  process.stdout.write(JSON.stringify(answer));
}
