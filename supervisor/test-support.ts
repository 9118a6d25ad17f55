import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AskedLimits, AttemptSpec, AttemptStatus, SupervisorMessage } from '../contract/attempt.ts';
import { NO_LIMITS } from './limits/ladder.ts';
import { readProcess } from './proc.ts';
import { type RunFolder, readKnownProcesses, readStatus, runFolder } from './run-folder.ts';
import { sweepTree } from './terminate.ts';

export const ENTRY = join(import.meta.dirname, 'supervise.ts');

/** An attempt for tests, with a supervisor that really runs. */
export interface TestAttempt {
  files: RunFolder;
  spec: AttemptSpec;
  supervisor: ChildProcess;
  /** A file in the folder the tests run in. */
  path: (name: string) => string;
  /** Waits for the supervisor's own end; answers the last status. */
  ended: () => Promise<AttemptStatus>;
  log: () => string;
}

const opened: { root: string; attempts: TestAttempt[] }[] = [];
let counter = 0;

export interface TestSpec {
  argv: string[];
  env?: Record<string, string>;
  cwd?: string;
  timeoutMs?: number;
  graceMs?: number;
  noOutputMs?: number;
  activityFile?: string;
  logCapBytes?: number;
  limits?: Partial<AskedLimits>;
}

/** Writes a spec and starts its supervisor. */
export function startAttempt(given: TestSpec): TestAttempt {
  const made = prepareAttempt(given);
  const supervisor = spawn(process.execPath, [ENTRY, made.files.folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: made.files.folder,
  });
  const exit = once(supervisor, 'exit');
  const attempt: TestAttempt = {
    ...made,
    supervisor,
    path: (name) => join(made.work, name),
    ended: async () => {
      await exit;
      return statusOf(made.files);
    },
    log: () => (existsSync(made.files.log) ? readFileSync(made.files.log, 'utf8') : ''),
  };
  opened.push({ root: made.root, attempts: [attempt] });
  return attempt;
}

/** Folder and spec alone. The caller removes `root`. */
export function prepareAttempt(given: TestSpec): { root: string; work: string; files: RunFolder; spec: AttemptSpec } {
  const root = mkdtempSync(join(tmpdir(), 'bge2e-supervisor-'));
  const files = runFolder(join(root, 'runs', 'task', '1'));
  const work = join(root, 'work');
  mkdirSync(files.folder, { recursive: true });
  mkdirSync(work);
  const cookie = `BGE2E_ATTEMPT_test${process.pid}_${++counter}`;
  const spec = AttemptSpec.parse({
    schema: 1,
    taskId: 'task_000000000000',
    attempt: 1,
    cwd: work,
    timeoutMs: 60_000,
    graceMs: 5000,
    socket: join(root, 'socket'),
    cookie,
    ...given,
    limits: { ...NO_LIMITS, ...given.limits },
    env: { PATH: process.env.PATH ?? '', ...given.env, [cookie]: '1' },
  });
  writeFileSync(files.spec, JSON.stringify(spec), { mode: 0o600 });
  return { root, work, files, spec };
}

/** The status, checked against the contract. */
export function statusOf(files: RunFolder): AttemptStatus {
  return AttemptStatus.parse(readStatus(files));
}

/** Ends whatever a test has left, by identity. */
export async function cleanUp(): Promise<void> {
  for (const { root, attempts } of opened.splice(0)) {
    for (const { supervisor, spec, files } of attempts) {
      if (supervisor.exitCode === null && supervisor.signalCode === null) {
        supervisor.kill('SIGKILL');
        await once(supervisor, 'exit');
      }
      const status = readStatus(files);
      await sweepTree({ cookie: spec.cookie, known: readKnownProcesses(files), group: status?.tests ?? null, graceMs: 0 });
    }
    rmSync(root, { recursive: true, force: true });
  }
}

/** Looks until there is an answer, for things that send no event (a file of another process, the end of a process that is not our child). */
export async function eventually<T>(what: string, look: () => T | null | undefined | false, ms = 10_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = look();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The pid that one of the tests' processes has written into a file. */
export function pidIn(path: string): Promise<number> {
  return eventually(
    `a pid in ${path}`,
    () => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n') && Number(readFileSync(path, 'utf8')),
  );
}

export const running = (attempt: TestAttempt): Promise<AttemptStatus> =>
  eventually(
    'the attempt runs',
    () => existsSync(attempt.files.status) && statusOf(attempt.files).phase === 'running' && statusOf(attempt.files),
  );

export function lives(pid: number): boolean {
  const entry = readProcess(pid);
  return entry !== null && entry.state !== 'Z' && entry.state !== 'X';
}

/** A client of the supervisor's socket: gathers its messages until it says goodbye. */
export async function listen(
  attempt: TestAttempt,
): Promise<{ send: (line: string) => void; phases: () => string[]; closed: Promise<void> }> {
  await eventually('the socket is there', () => existsSync(attempt.spec.socket));
  const socket = connect(attempt.spec.socket);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const messages = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => SupervisorMessage.parse(JSON.parse(line)));
  return {
    send: (line) => socket.write(`${line}\n`),
    phases: () => messages().map(({ status }) => status.phase),
    closed: once(socket, 'close').then(() => {}),
  };
}
