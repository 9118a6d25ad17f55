import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsedJson } from '../contract/json.ts';
import { ReadAnswer, type ReadRequest } from '../contract/report.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** The bundle beside this one, or the source where the sources run as they are. */
function readerEntry(): string {
  const bundle = join(here, 'report-reader.js');
  return existsSync(bundle) ? bundle : join(here, '..', 'engine', 'reports', 'report-reader.ts');
}

/** Reads report files as the host does, in a process of its own, on the Node that runs this. `document` takes what follows the answer. */
export async function readReportFiles(request: ReadRequest, document: (piece: Buffer) => Promise<void>): Promise<ReadAnswer> {
  const child = spawn(process.execPath, [...process.execArgv, readerEntry()], { stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  child.stdin.on('error', () => {}); // it ended before it had read all: its end says why
  child.stdin.end(JSON.stringify(request));
  const [how, line] = await Promise.all([ended, firstLine(child.stdout, document)]);
  const answer = ReadAnswer.safeParse(parsedJson(line));
  if (!answer.success || how !== 'exit code 0') throw new Error(`The process that reads reports ended with ${how}.`);
  return answer.data;
}

async function firstLine(output: AsyncIterable<Buffer>, rest: (piece: Buffer) => Promise<void>): Promise<string> {
  const line: Buffer[] = [];
  let isOver = false;
  for await (const piece of output) {
    const end: number = isOver ? -1 : piece.indexOf('\n');
    if (!isOver) line.push(end === -1 ? piece : piece.subarray(0, end));
    if (isOver || end !== -1) await rest(isOver ? piece : piece.subarray(end + 1));
    isOver ||= end !== -1;
  }
  return Buffer.concat(line).toString();
}
