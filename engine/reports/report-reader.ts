import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BrokenFile, PartTask } from './read-part.ts';

// The process that reads reports: `node report-reader.js [--memory-mb N] [--seconds-per-file N]`. A ReadRequest comes as JSON on stdin, a
// ReadAnswer goes as a line of JSON to stdout, with the document that is asked for behind it. The reading itself is done by a second process with a cap on memory and time, because V8 ends a whole
// process, and not only a thread, that has no memory left. Where a file breaks it, another one reads the others.

/** So many files may end a reading process; then the rest is left alone. */
const MOST_DEATHS = 3;
/** Collecting young garbage more often: 50,000 cases need 160 MB instead of 200, and no more time. */
const SMALL_HEAP = '--max-semi-space-size=16';
/** For all files together. */
const LONGEST_MINUTES = 5;

interface Caps {
  memoryMb: number;
  secondsPerFile: number;
}

type End = { done: true } | { done: false; during: string | null; problem: string };

let running: ChildProcess | null = null;

async function readInParts(request: string, caps: Caps): Promise<void> {
  setTimeout(() => {
    running?.kill('SIGKILL');
    console.error(`Error: all of them together took longer than ${LONGEST_MINUTES} min`);
    process.exit(1);
  }, LONGEST_MINUTES * 60_000).unref();
  const broken: BrokenFile[] = [];
  for (;;) {
    const end = await readPart({ request, broken, isLast: broken.length >= MOST_DEATHS }, caps);
    if (end.done) return;
    if (end.during === null || broken.length >= MOST_DEATHS) throw new Error(end.problem);
    broken.push({ path: end.during, problem: end.problem });
  }
}

function readPart(task: PartTask, { memoryMb, secondsPerFile }: Caps): Promise<End> {
  // What it answers goes to whoever asked this process.
  const limits = [`--max-old-space-size=${memoryMb}`, SMALL_HEAP];
  const child = spawn(process.execPath, [...process.execArgv, ...limits, fileURLToPath(import.meta.url), '--part'], {
    stdio: ['pipe', 'inherit', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const [stdin, , stderr, notes] = child.stdio;
  if (!stdin || !stderr || !(notes instanceof Readable)) throw new Error('it has no pipes'); // as asked for above
  running = child;
  return new Promise((resolve, reject) => {
    let during: string | null = null;
    let done = false;
    let tooLong = false;
    let timer: NodeJS.Timeout | undefined;
    createInterface({ input: notes }).on('line', (line) => {
      clearTimeout(timer);
      done = line === '';
      during = done ? null : line;
      if (done) return;
      timer = setTimeout(() => {
        tooLong = true;
        child.kill('SIGKILL');
      }, secondsPerFile * 1000);
    });
    const complaint = text(stderr);
    stdin.on('error', () => {}); // it ended before it had read all: its end says why
    stdin.end(JSON.stringify(task));
    child.once('error', reject);
    child.once('close', async (code, signal) => {
      clearTimeout(timer);
      if (done && code === 0) return resolve({ done: true });
      const said = await complaint;
      const problem = tooLong
        ? `it took longer than ${secondsPerFile} s.`
        : /heap out of memory/i.test(said)
          ? `it needs more than ${memoryMb} MB of memory.`
          : `the process that read it ended with ${signal ?? `exit code ${code}`}${lastError(said)}.`;
      resolve({ done: false, during, problem });
    });
  });
}

function lastError(said: string): string {
  const line = said.split('\n').findLast((one) => /error/i.test(one));
  return line === undefined ? '' : ` (${line.trim()})`;
}

const { values } = parseArgs({
  options: {
    part: { type: 'boolean', default: false },
    'memory-mb': { type: 'string', default: '1024' },
    'seconds-per-file': { type: 'string', default: '30' },
  },
});
if (values.part) await (await import('./read-part.ts')).readPart(await text(process.stdin));
else
  await readInParts(await text(process.stdin), {
    memoryMb: Number(values['memory-mb']),
    secondsPerFile: Number(values['seconds-per-file']),
  });
