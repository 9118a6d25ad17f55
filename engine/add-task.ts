import { rm } from 'node:fs/promises';
import type { Params, Result } from '../contract/api.ts';
import { Refusal } from '../contract/errors.ts';
import { newTaskId } from '../contract/ids.ts';
import type { TaskConfig } from '../contract/task.ts';
import { keepEnvironment } from './attempts.ts';
import { isSameWork } from './dedupe.ts';
import { loginShellEnvironment } from './environment.ts';
import { type HomePaths, taskFolder } from './home.ts';
import { readMachineState } from './machine.ts';
import { type Problem, refusal } from './projects/problems.ts';
import { openProject, resolveTask } from './projects/project.ts';
import { parseTaskRequest } from './projects/validate.ts';
import type { Queue } from './queue/queue.ts';
import type { MachineState } from './queue/queue-task.ts';
import { commandLineOf, exclusiveKeysOf } from './runners/runners.ts';
import type { Suite } from './runners/suite.ts';
import type { NewTask, TaskStore } from './store/tasks.ts';
import { isDiskFull } from './store/when-room.ts';

type Added = Result<'addTask'>;

/** Turns requests into queued tasks, each request once. */
export class TaskAdder {
  readonly #paths: HomePaths;
  readonly #store: TaskStore;
  readonly #queue: Queue;
  readonly #underWay = new Map<string, Promise<Added>>();

  constructor(paths: HomePaths, store: TaskStore, queue: Queue) {
    this.#paths = paths;
    this.#store = store;
    this.#queue = queue;
  }

  /** Throws a `Refusal` (`invalid`) that names each wrong field; then nothing was queued. */
  async add(params: Params<'addTask'>): Promise<Added> {
    const { requestId } = params;
    const earlier = this.#store.addedBy(requestId);
    if (earlier) return { ...earlier.task, deduplicated: !earlier.isFirst };
    const underWay = this.#underWay.get(requestId);
    if (underWay) return underWay;
    const adding = this.#add(params).finally(() => this.#underWay.delete(requestId));
    this.#underWay.set(requestId, adding);
    return adding;
  }

  /** Resolves when every request that has come is answered. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  async #add({ requestId, request: value, environment, foreground = false, dedupe = false, client }: Params<'addTask'>): Promise<Added> {
    const request = parseTaskRequest(value);
    const project = await openProject(request.project);
    const { config, suite: found, taskVariables } = resolveTask(project, { ...request, after: this.#idsOf(request.after ?? []) });
    refuseTooLarge(config, readMachineState());
    const suite: Suite = { ...found, envVars: { ...taskVariables, ...found.envVars } };
    const now = Date.now();
    const task: NewTask = {
      id: newTaskId(now),
      projectName: project.name,
      config,
      runner: suite.runner,
      commandLine: commandLineOf(suite, config),
      exclusiveKeys: exclusiveKeysOf(suite, project.root),
      foreground,
      submitter: client ?? project.root,
      pausedAt: null,
      place: null,
      git: project.git,
      state: { status: 'queued', queuedAt: now },
      cancelRequestedAt: null,
      attempts: [],
      decidedBy: null,
      verdict: null,
      counts: null,
      error: null,
      failedTests: [],
      flakyTests: [],
      resultFile: null,
      notifiedAt: null,
      seenAt: null,
    };
    const submitted = environment ?? (await loginShellEnvironment());
    try {
      await keepEnvironment(this.#paths, task.id, submitted);
      return await this.#queueOrFind(task, suite, requestId, dedupe);
    } catch (error) {
      await this.#forget(task.id);
      if (!isDiskFull(error)) throw error;
      throw new Refusal('internal', `Nothing was queued: there is no room on the disk of ${this.#paths.home}. Make some, then try again.`);
    }
  }

  async #queueOrFind(task: NewTask, suite: Suite, requestId: string, dedupe: boolean): Promise<Added> {
    // Nothing is awaited between the look and the adding: of two that come at once, the second finds the first.
    const same = dedupe
      ? this.#store.active().find((other) => isSameWork(task, suite, other, () => this.#store.suiteOf(other.id)))
      : undefined;
    if (!same) return { ...this.#queue.add(task, suite, requestId), deduplicated: false };
    this.#store.noteRequest(requestId, same.id);
    await this.#forget(task.id);
    return { ...same, deduplicated: true };
  }

  #forget(taskId: string): Promise<void> {
    return rm(taskFolder(this.#paths, taskId), { recursive: true, force: true });
  }

  /** Ids of the tasks that people named. */
  #idsOf(names: readonly string[]): string[] {
    const ids = names.map((name) => {
      try {
        return this.#store.find(name).id;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const message = `after is ${JSON.stringify(name)}: ${error.message}`;
        throw new Refusal('invalid', message, [{ field: 'after', message }]);
      }
    });
    return [...new Set(ids)];
  }
}

/** A claim that the machine can never fulfil would wait for a moment that does not come. */
export function refuseTooLarge({ cpuClaimCores, memoryClaimGb }: TaskConfig, { cores, memoryTotalMb }: MachineState): void {
  const problems: Pick<Problem, 'field' | 'message'>[] = [];
  const add = (field: string, value: number, has: string) =>
    problems.push({ field, message: `${field} is ${value}: this machine has ${has}; claim at most that` });
  if (cpuClaimCores !== null && cpuClaimCores > cores) add('cpu_claim_cores', cpuClaimCores, `${cores} ${cores === 1 ? 'core' : 'cores'}`);
  if (memoryClaimGb !== null && memoryClaimGb * 1024 > memoryTotalMb)
    add('memory_claim_gb', memoryClaimGb, `${(memoryTotalMb / 1024).toFixed(1)} GiB of memory`);
  if (problems.length > 0) throw refusal(problems);
}
