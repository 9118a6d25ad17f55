import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttemptEnd } from '../../contract/attempt.ts';
import { cookieOf, newTaskId } from '../../contract/ids.ts';
import type { Task } from '../../contract/task.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import { findSupervisors } from '../../supervisor/find-supervisors.ts';
import { listPids, variablesOf } from '../../supervisor/proc.ts';
import { eventually } from '../../supervisor/test-support.ts';
import { Attempts, keepEnvironment } from '../attempts.ts';
import { attemptFolder, openHome } from '../home.ts';
import { PATIENCE, type Patience } from '../insistence.ts';
import type { Suite } from '../runners/suite.ts';
import { aSuite } from './a-suite.ts';

const root = join(import.meta.dirname, '..', '..');
const homes: string[] = [];

/** Removes the homes of a test. */
export function removeHomes(): void {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
}

/** A program in the place of Node, as a home's own file: it runs `shell`, then Node with the module `hook` loaded first. */
export interface OwnNode {
  shell?: string;
  hook?: string;
  /** Arguments after the supervisor's own. */
  more?: string;
}

export interface SetUp {
  node?: (home: string) => OwnNode;
  /** By default: leaves a child in a session of its own. */
  suite?: Partial<Suite>;
  patience?: Partial<Patience>;
  graceMs?: number;
}

/** Attempts in a home of their own, and how they ended. The pid of each supervisor that is no spare is in the file `supervisor` of the home. */
export function setUpAttempts({ node, suite, patience, graceMs = 5000 }: SetUp = {}) {
  const home = mkdtempSync(join(tmpdir(), 'bge2e-attempts-'));
  const paths = openHome(home);
  homes.push(home, paths.sockets);
  const project = join(home, 'project');
  mkdirSync(project);
  const ends = new Map<string, AttemptEnd[]>();
  const note = (taskId: string, end: AttemptEnd | null) => {
    if (end) ends.set(taskId, [...(ends.get(taskId) ?? []), end]);
  };
  const began = new Set<string>();
  const options = {
    paths,
    nodePath: node ? ownNode(home, node(home)) : process.execPath,
    supervisorEntry: join(root, 'supervisor', 'supervise.ts'),
    reporterPath: join(root, 'engine', 'runners', 'playwright-reporter.cjs'),
    graceMs,
    logCapBytes: 1024 * 1024,
    background: { nice: 0, idleIo: false },
    patience: { ...PATIENCE, ...patience },
  };
  const host = (other: Partial<Patience> = {}) =>
    new Attempts(
      { ...options, patience: { ...options.patience, ...other } },
      {
        running: (taskId) => began.add(taskId),
        ended: (taskId, _attempt, { end }) => note(taskId, end),
        notStarted: (taskId, _attempt, end) => note(taskId, end),
        progress: () => {},
        sample: () => {},
        log: () => {},
      },
    );
  const newTask = async (config: Partial<Task['config']> = {}): Promise<Task> => {
    const base = aTask({ id: newTaskId(Date.now()) });
    const task = { ...base, config: { ...base.config, project, ...config } };
    await keepEnvironment(paths, task.id, { PATH: process.env.PATH ?? '' });
    return task;
  };
  return {
    home,
    paths,
    project,
    suite: aSuite({ command: ['sh', '-c', 'touch ran; setsid sleep 600 & sleep 600'], verdictFrom: 'exit_code', ...suite }),
    attempts: host(),
    /** Another host's, after the first has let go; maybe with another patience. */
    host,
    newTask,
    running: (task: Task) => eventually('it runs', () => began.has(task.id), 60_000),
    endsOf: (task: Task) => eventually('it has ended', () => ends.get(task.id), 60_000),
    /** The supervisor that has taken the task's attempt, whether or not it has said anything. */
    supervisorOf: (task: Task) => {
      const folder = attemptFolder(paths, task.id, 1);
      const find = () => existsSync(join(folder, 'spec.taken.json')) && findSupervisors(folder).get(folder);
      return eventually('its supervisor has the spec', find, 60_000);
    },
    hasRun: () => existsSync(join(project, 'ran')),
  };
}

function ownNode(home: string, { shell = '', hook = '', more = '' }: OwnNode): string {
  const module = join(home, 'hook.mjs');
  writeFileSync(module, hook);
  const script = join(home, 'own-node');
  const isSpare = '"$3" = --spare';
  writeFileSync(
    script,
    `#!/bin/sh\n[ ${isSpare} ] || echo $$ > '${home}/supervisor'\n${shell}\nexec '${process.execPath}' --import '${module}' "$@" ${more}\n`,
  );
  chmodSync(script, 0o700);
  return script;
}

/** Pids of an attempt's processes. */
export const carriers = (task: Task) => (listPids() ?? []).filter((pid) => variablesOf(pid, cookieOf(task.id, 1)).length > 0);

/** A hook: does something right after a supervisor has taken its spec, and has said nothing yet. */
export const afterTaking = (code: string) => afterRenaming('spec.taken.json', code);

/** A hook: does something right after a supervisor has written its first status. */
export const afterFirstWord = (code: string) => afterRenaming('status.json', code);

const afterRenaming = (name: string, code: string) => `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { renameSync } = fs;
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    if (to.endsWith('/${name}')) { ${code} }
  };
  syncBuiltinESMExports();`;

/** Code that never goes on: no signal but SIGKILL ends it. */
export const HANG = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
