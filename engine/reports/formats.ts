import { allureReader } from './allure.ts';
import { artilleryReader } from './artillery.ts';
import type { Content } from './content.ts';
import { ctrfReader } from './ctrf-reader.ts';
import { junitReader } from './junit.ts';
import { k6Reader } from './k6.ts';
import { mochawesomeReader } from './mochawesome.ts';
import { notReadHere } from './not-read.ts';
import { playwrightReader } from './playwright.ts';
import { playwrightJsonReader } from './playwright-json.ts';
import { ReportProblem, type ReportReader } from './reader.ts';
import { tapReader } from './tap.ts';
import { trxReader } from './trx.ts';

/** Every format that is known; what a file holds tells which one it is. The first that knows it reads it. */
const READERS: readonly ReportReader[] = [
  junitReader,
  trxReader,
  playwrightReader,
  playwrightJsonReader,
  mochawesomeReader,
  ctrfReader,
  k6Reader,
  allureReader,
  artilleryReader,
  tapReader,
];

/** The reader for a file that holds this. Throws a `ReportProblem` where there is none; `file` is what the sentence calls it. */
export function readerFor(content: Content, file: string): ReportReader {
  if (/^<(?:!doctype\s+html|html)[\s>]/i.test(content.head))
    throw new ReportProblem(`${file}, line 1: it is a web page (HTML), not a report.`);
  const reader = READERS.find((one) => one.detect(content));
  if (reader) return reader;
  const known = notReadHere(content);
  if (known !== null) throw new ReportProblem(`${file} ${known}`);
  content.refuseBrokenJson(file);
  throw new ReportProblem(`${file} is in no format that is known here: ${READERS.map(({ name }) => name).join(', ')}.`);
}
