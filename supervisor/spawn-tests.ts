import { existsSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { AttemptSpec } from '../contract/attempt.ts';

/** How the first process ended: one of the two is null. */
export interface ProcessExit {
  exitCode: number | null;
  signal: string | null;
}

export interface StartedTests {
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** Resolves when the process has ended, whoever still holds its output. */
  exit: Promise<ProcessExit>;
}

/** Starts the tests in a session and process group of their own. Answers a sentence where that is not possible. */
export async function spawnTests(spec: AttemptSpec): Promise<StartedTests | { failure: string }> {
  const [program = '', ...args] = spec.argv;
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
    const exit = new Promise<ProcessExit>((resolve) => nodeChildProcess.once('exit', (exitCode, signal) => resolve({ exitCode, signal })));
    return { pid, stdout, stderr, exit };
  } catch (error) {
    return { failure: `The command could not be started in ${spec.cwd}: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

async function sentenceOf(spec: AttemptSpec, code: string | undefined): Promise<string> {
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
