import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { parsedJson } from '../../contract/json.ts';
import { ReadAnswer, type ReadRequest } from '../../contract/report.ts';

/** Gives what files hold. Throws an error with a sentence where reading as a whole failed; what a single file holds is never a reason. */
export type ReadFiles = (request: ReadRequest) => Promise<ReadAnswer>;

export interface ReaderProgram {
  /** A Node. */
  node: string;
  /** The bundle or source of report-reader.ts. */
  entry: string;
  /** Other caps than its own, for each file. */
  caps?: { memoryMb: number; secondsPerFile: number };
}

const VARIABLES = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'SystemRoot', 'TEMP'];

/**
 * Reads in a process of its own (report-reader.ts, which keeps its time), so that no file can block this one, fill its memory or end it. Plain on purpose: it also runs inside
 * Electron's main process.
 */
export function readApart({ node, entry, caps }: ReaderProgram): ReadFiles {
  const args = caps ? [`--memory-mb=${caps.memoryMb}`, `--seconds-per-file=${caps.secondsPerFile}`] : [];
  return async (request) => {
    const env: NodeJS.ProcessEnv = {};
    for (const name of VARIABLES) if (process.env[name] !== undefined) env[name] = process.env[name];
    const child = spawn(node, [entry, ...args], { cwd: dirname(entry), env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    const ended = new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    child.stdin.on('error', () => {}); // it ended before it had read all: its end says why
    child.stdin.end(JSON.stringify(request));
    const [how, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    const answer = ReadAnswer.safeParse(parsedJson(output));
    if (answer.success) return answer.data;
    throw new Error(`the reading process ended with ${how}${lastLine(complaint)}`);
  };
}

function lastLine(complaint: string): string {
  const line = complaint
    .trim()
    .split('\n')
    .findLast((one) => /error/i.test(one));
  return line === undefined ? '' : `: ${line.trim()}`;
}
