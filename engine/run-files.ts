import { dirname, join } from 'node:path';
import type { Params, Result } from '../contract/api.ts';
import type { Artifact } from '../contract/artifact.ts';
import { Refusal } from '../contract/errors.ts';
import { attemptIdOf } from '../contract/ids.ts';
import type { TestCase } from '../contract/result.ts';
import { decidingAttempt, isTerminal } from '../contract/status.ts';
import type { Task } from '../contract/task.ts';
import { findArtifact, readArtifacts } from './artifacts/artifacts.ts';
import { openCommand, startDetached } from './artifacts/open-artifact.ts';
import { readPicture } from './artifacts/read-picture.ts';
import { attemptEnvironment, loginShellEnvironment } from './environment.ts';
import { exportResult } from './export/export.ts';
import { attemptFolder, type HomePaths } from './home.ts';
import { logSize, readLogPiece } from './log-file.ts';
import { markQuarantined } from './quarantine/mark.ts';
import { keptCases, readKeptReport } from './reports/kept-report.ts';
import { readSamples } from './samples-file.ts';
import type { TaskStore } from './store/tasks.ts';

/**
 * What attempts have left in their folders: tests, artifacts, log, samples. Where no attempt is named the last one is meant. A task or an attempt
 * that does not exist is a `Refusal`.
 */
export class RunFiles {
  readonly #store: TaskStore;
  readonly #paths: HomePaths;

  constructor(store: TaskStore, paths: HomePaths) {
    this.#store = store;
    this.#paths = paths;
  }

  async getTests({ task: name, attempt }: Params<'getTests'>): Promise<Result<'getTests'>> {
    const { task, number } = this.#attemptOf(name, attempt);
    const { warnings = [], quarantined = [] } = task.attempts.find((one) => one.attempt === number) ?? {};
    const tests: TestCase[] = [];
    for await (const piece of keptCases(attemptFolder(this.#paths, task.id, number))) tests.push(...markQuarantined(piece, quarantined));
    return { attempt: number, tests, warnings };
  }

  async exportResult({ task: name, format }: Params<'exportResult'>): Promise<Result<'exportResult'>> {
    const task = this.#store.find(name);
    if (!isTerminal(task.state.status)) throw new Refusal('invalid', `#${task.number} has not ended, so it has no result yet.`);
    const folder = attemptFolder(this.#paths, task.id, decidingAttempt(task));
    return { text: exportResult({ task, report: await readKeptReport(folder).catch(() => null) }, format) };
  }

  async listArtifacts({ task: name, attempt }: Params<'listArtifacts'>): Promise<Result<'listArtifacts'>> {
    const { task, number } = this.#attemptOf(name, attempt);
    return { taskId: task.id, attempt: number, artifacts: await readArtifacts(attemptFolder(this.#paths, task.id, number)) };
  }

  async readArtifact({ task, attempt, path }: Params<'readArtifact'>): Promise<Result<'readArtifact'>> {
    return readPicture(await this.#artifactOf(task, attempt, path));
  }

  async openArtifact({ task: name, attempt, path, environment }: Params<'openArtifact'>): Promise<Result<'openArtifact'>> {
    const artifact = await this.#artifactOf(name, attempt, path);
    const task = this.#store.find(name);
    const argv = openCommand(artifact, this.#store.suiteOf(task.id), task.config.project);
    await startDetached(argv, dirname(artifact.file), attemptEnvironment(environment ?? (await loginShellEnvironment())));
    return { commandLine: argv.join(' ') };
  }

  async #artifactOf(name: string, attempt: number | undefined, path: string): Promise<Artifact> {
    const { task, number } = this.#attemptOf(name, attempt);
    const artifact = await findArtifact(attemptFolder(this.#paths, task.id, number), path);
    if (!artifact) throw new Refusal('not_found', `${attemptIdOf(task.id, number)} has no artifact ${JSON.stringify(path)}.`);
    return artifact;
  }

  async readLog({ task: name, attempt, offset, limit }: Params<'readLog'>): Promise<Result<'readLog'>> {
    const { task, number, ended } = this.#attemptOf(name, attempt);
    const piece = await readLogPiece(attemptFolder(this.#paths, task.id, number), offset, ended, limit);
    return { attempt: number, ...piece, ended };
  }

  async getSamples({ task: name, attempt, points }: Params<'getSamples'>): Promise<Result<'getSamples'>> {
    const { task, number } = this.#attemptOf(name, attempt);
    const samples = await readSamples(join(attemptFolder(this.#paths, task.id, number), 'samples.ndjson'), points);
    return { attempt: number, startedAt: task.attempts.find((one) => one.attempt === number)?.startedAt ?? null, samples };
  }

  /** Which attempt a follower of a log names: the last one where it names none. */
  attemptNamed({ task: name, attempt }: Params<'followLog'>): { taskId: string; attempt: number } {
    const { task, number } = this.#attemptOf(name, attempt);
    return { taskId: task.id, attempt: number };
  }

  /** How long that log is now. */
  async logOf({ task: name, attempt }: Params<'followLog'>): Promise<Result<'followLog'>> {
    const { task, number, ended } = this.#attemptOf(name, attempt);
    return { attempt: number, size: await logSize(attemptFolder(this.#paths, task.id, number)), ended };
  }

  #attemptOf(name: string, attempt: number | undefined): { task: Task; number: number; ended: boolean } {
    const task = this.#store.find(name);
    const last = task.attempts.length;
    const number = attempt ?? Math.max(1, last);
    if (number > Math.max(1, last)) {
      throw new Refusal(
        'not_found',
        `${attemptIdOf(task.id, number)} does not exist: the task had ${last} ${last === 1 ? 'attempt' : 'attempts'}.`,
      );
    }
    const ended = isTerminal(task.state.status) || (task.attempts.find((one) => one.attempt === number)?.end ?? null) !== null;
    return { task, number, ended };
  }
}
