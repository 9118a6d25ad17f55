import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Test } from 'ctrf';
import { z } from 'zod';
import { reportJson } from '../../contract/documents.ts';
import { ReadRequest } from '../../contract/report.ts';
import type { TestCase } from '../../contract/result.ts';
import { displayPath } from './find-files.ts';
import { readTestsOf } from './read-files.ts';
import { inShownOrder, toTestCase } from './test-cases.ts';

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
 * Reads what a request names, but the files that broke earlier processes, and answers on stdout: a line, then the document where one is
 * asked for. Descriptor 3 gets the path of each file before
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
  const { answer, tests } = await readTestsOf(request, {
    refused,
    onFile: (path) => writeSync(NOTES, `${path.replaceAll('\n', '\ufffd')}\n`),
  });
  writeSync(NOTES, '\n');
  await say(`${JSON.stringify(answer)}\n`);
  if (!request.document) return;
  const isTest = ({ status }: Test) => status !== 'other';
  const document = reportJson(answer, {
    errors: casesOf(tests, ({ status }) => status === 'other'),
    failed: casesOf(tests, ({ status }) => status === 'failed'),
    tests: casesOf(inShownOrder(tests), isTest),
  });
  for (const piece of document) await say(piece);
}

function* casesOf(tests: Iterable<Test>, isMeant: (test: Test) => boolean): Generator<TestCase> {
  for (const test of tests) if (isMeant(test)) yield toTestCase(test);
}

/** A pipe takes it as slowly as its reader. */
async function say(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
