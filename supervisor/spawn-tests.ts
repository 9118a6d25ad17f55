import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { AttemptSpec } from '../contract/attempt.ts';
import { findProgram } from './find-program.ts';
import { outputsOf } from './proc.ts';

/** What of a spec says what is started. */
type Command = Pick<AttemptSpec, 'argv' | 'cwd' | 'env'>;

/** How the first process ended: one of the two is null. */
export interface ProcessExit {
  exitCode: number | null;
  signal: string | null;
}

export interface StartedTests {
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** What it writes to, as `outputsOf` names it. */
  outputs: string[];
  /** Resolves when the process has ended, whoever still holds its output. */
  exit: Promise<ProcessExit>;
}

/**
 * Starts the tests in a session and process group of their own. Answers a sentence where that is not possible. `wrapper`: a program with its arguments
 * that sets something and becomes the tests by exec.
 */
export async function spawnTests(spec: Command, wrapper: readonly string[] = []): Promise<StartedTests | { failure: string }> {
  // Only a direct start tells why it fails.
  const [program = '', ...args] = canStart(spec) ? [...wrapper, ...spec.argv] : spec.argv;
  try {
    const tests = execa(program, args, {
      cwd: spec.cwd,
      env: spec.env,
      extendEnv: false,
      detached: true,
      cleanup: false,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: false,
      encoding: 'buffer',
      reject: false,
    });
    const { pid, stdout, stderr, nodeChildProcess } = tests;
    // This promise waits for the output too, which a daemon can hold open for ever. It is awaited only where nothing was started.
    if (pid === undefined) return { failure: await sentenceOf(spec, (await tests).code) };
    const outputs = outputsOf(pid); // at once: a process that has ended shows none
    const exit = new Promise<ProcessExit>((resolve) => nodeChildProcess.once('exit', (exitCode, signal) => resolve({ exitCode, signal })));
    return { pid, stdout, stderr, outputs, exit };
  } catch (error) {
    return { failure: `The command could not be started in ${spec.cwd}: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

const LONGEST_FIRST_LINE = 256; // BINPRM_BUF_SIZE of the kernel

/** Is there such a program, and the interpreter that its first line names? */
function canStart({ argv: [program = ''], env, cwd }: Command): boolean {
  const file = findProgram(program, { path: env.PATH, cwd });
  if (file === null) return false;
  const interpreter = /^#!\s*(\S+)/.exec(beginningOf(file))?.[1];
  return interpreter === undefined || findProgram(interpreter, { cwd }) !== null;
}

function beginningOf(file: string): string {
  try {
    const handle = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(LONGEST_FIRST_LINE);
      return bytes.toString('latin1', 0, readSync(handle, bytes));
    } finally {
      closeSync(handle);
    }
  } catch {
    return ''; // a program may be run without being readable
  }
}

async function sentenceOf(spec: Command, code: string | undefined): Promise<string> {
  const [program = ''] = spec.argv;
  const { cwd } = spec;
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    return `The folder ${cwd} does not exist, so ${program} could not be started there.`;
  const where = program.includes('/') ? 'there is no such file' : `no folder of its PATH (${spec.env.PATH ?? 'not set'}) has it`;
  switch (code) {
    case 'ENOENT':
      if (program.includes('/') && existsSync(program))
        return `${program} could not be started in ${cwd}: the interpreter its first line names was not found.`;
      return `The program ${program} was not found when it was to be started in ${cwd}: ${where}. Install it, or correct the command.`;
    case 'EACCES':
      return `The program ${program} could not be started in ${cwd}: it is not an executable file, or not for this user.`;
    case 'E2BIG':
      return `The program ${program} could not be started in ${cwd}: arguments and environment are longer than the system allows.`;
    default:
      return `The program ${program} could not be started in ${cwd}: ${code ?? 'the system gave no reason'}.`;
  }
}
