import { rm } from 'node:fs/promises';
import type { Params, Result } from '../contract/api.ts';
import { Refusal } from '../contract/errors.ts';
import { decidingAttempt } from '../contract/status.ts';
import type { TaskConfig } from '../contract/task.ts';
import { keepEnvironment, readEnvironment } from './attempts.ts';
import { isSameWork } from './dedupe.ts';
import { loginShellEnvironment } from './environment.ts';
import { attemptFolder, type HomePaths, taskFolder } from './home.ts';
import { readMachineState } from './machine.ts';
import { newTask } from './new-task.ts';
import { gitState } from './projects/git.ts';
import { type Problem, refusal } from './projects/problems.ts';
import { openProject, resolveTask } from './projects/project.ts';
import { parseTaskRequest } from './projects/validate.ts';
import type { Queue } from './queue/queue.ts';
import type { MachineState } from './queue/queue-task.ts';
import { readKeptReport } from './reports/kept-report.ts';
import { planRerun } from './rerun/rerun.ts';
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
  add(params: Params<'addTask'>): Promise<Added> {
    return this.#once(params.requestId, () => this.#add(params));
  }

  /** Queues an ended task again. Throws a `Refusal` (`invalid`) that says why it cannot be; then nothing was queued. */
  retry(params: Params<'retryTask'>): Promise<Added> {
    return this.#once(params.requestId, () => this.#retry(params));
  }

  async #once(requestId: string, work: () => Promise<Added>): Promise<Added> {
    const earlier = this.#store.addedBy(requestId);
    if (earlier) return { ...earlier.task, deduplicated: !earlier.isFirst };
    const underWay = this.#underWay.get(requestId);
    if (underWay) return underWay;
    const adding = work().finally(() => this.#underWay.delete(requestId));
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
    const { name: projectName, root, git } = project;
    const task = newTask({ projectName, git, config, suite, foreground, submitter: client ?? root });
    return this.#queueWith(task, environment, () => this.#queueOrFind(task, suite, requestId, dedupe));
  }

  async #retry({ requestId, task: name, failed = false, additionalArgs = [], environment, client }: Params<'retryTask'>): Promise<Added> {
    const earlier = this.#store.find(name);
    const { project } = earlier.config;
    // Of the project's file as it is now only the template counts: whoever is told to write one should not have to run all of it once more.
    const now = await openProject(project).catch(() => null);
    const kept = this.#store.suiteOf(earlier.id);
    const rerunFailed = now?.suites.get(earlier.config.category)?.rerunFailed ?? kept.rerunFailed;
    const report = await readKeptReport(attemptFolder(this.#paths, earlier.id, decidingAttempt(earlier))).catch(() => null);
    const { suite, config, ...rerun } = planRerun(earlier, { ...kept, rerunFailed }, report, { failed, additionalArgs });
    refuseTooLarge(config, readMachineState());
    const git = now === null ? await gitState(project) : now.git;
    const task = newTask({
      projectName: earlier.projectName,
      git,
      config,
      suite,
      foreground: false,
      submitter: client ?? project,
      ...rerun,
    });
    return this.#queueWith(task, environment ?? (await readEnvironment(this.#paths, earlier.id).catch(() => undefined)), async () => ({
      ...this.#queue.add(task, suite, requestId),
      deduplicated: false,
    }));
  }

  /** Keeps the task's environment, then queues it. */
  async #queueWith(task: NewTask, environment: Record<string, string> | undefined, queue: () => Promise<Added>): Promise<Added> {
    const submitted = environment ?? (await loginShellEnvironment());
    try {
      await keepEnvironment(this.#paths, task.id, submitted);
      return await queue();
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
