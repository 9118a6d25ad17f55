import type { Params, Result } from '../../contract/api.ts';
import { Refusal } from '../../contract/errors.ts';
import { type Change, FLAKY_RUNS } from '../../contract/insights.ts';
import { decidingAttempt, isTerminal } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { attemptFolder, type HomePaths } from '../home.ts';
import { paced } from '../paced.ts';
import { mainBranchOf } from '../projects/git.ts';
import { matches } from '../quarantine/match.ts';
import { QuarantineFiles } from '../quarantine/quarantine.ts';
import { titleOf } from '../reports/ctrf.ts';
import { keptCases } from '../reports/kept-report.ts';
import type { Database } from '../store/database.ts';
import { type FiguredRun, type Run, Runs } from '../store/runs.ts';
import type { TaskStore } from '../store/tasks.ts';
import { TestOutcomes } from '../store/test-outcomes.ts';
import { Causes } from './causes.ts';
import { RunComparer } from './compare-runs.ts';
import { FlakyFinder, type FoundTest } from './find-flaky.ts';
import { letterOf } from './flakes.ts';
import { Memo } from './memo.ts';
import { slowTestsOf } from './slow-tests.ts';
import { trendOf } from './trends.ts';

const DAY_MS = 86_400_000;
/** Runs of a suite that trends look at, the newest. */
const MOST_RUNS = 5000;
const MOST_STRIPS = 500;
const STRIP = 30;

/** What the history means: the contract's questions about many runs. */
export class Insights {
  readonly quarantine: QuarantineFiles;
  readonly #store: TaskStore;
  readonly #paths: HomePaths;
  readonly #runs: Runs;
  readonly #tests: TestOutcomes;
  readonly #flaky: FlakyFinder;
  readonly #comparer: RunComparer;
  readonly #found: Memo<FoundTest[]>;
  readonly #trends: Memo<Result<'getTrends'>>;
  readonly #mainBranches: Memo<string | null>;

  constructor(database: Database, store: TaskStore, paths: HomePaths) {
    this.#store = store;
    this.#paths = paths;
    this.#runs = new Runs(database);
    this.#tests = new TestOutcomes(database);
    this.#flaky = new FlakyFinder(this.#runs, this.#tests);
    this.#comparer = new RunComparer(this.#runs, this.#tests, this.#flaky);
    this.#found = new Memo(() => store.history.version);
    this.#trends = new Memo(() => store.history.version);
    this.#mainBranches = new Memo(() => 0);
    this.quarantine = new QuarantineFiles((root) => this.#testsOf(root));
  }

  async getFlaky({ project, category, runs = FLAKY_RUNS }: Params<'getFlaky'>): Promise<Result<'getFlaky'>> {
    const suites = this.#runs.suitesOf(project, { category });
    const found = await this.#found.get(JSON.stringify([suites.map(({ id }) => id), runs]), () => this.#flaky.find(suites, runs));
    const root = suites[0]?.project;
    const entries = root === undefined ? [] : await this.quarantine.inForce(root);
    const tests = found.map((test) => {
      const held = entries.find((entry) => matches(entry, { name: test.name, suite: test.suite, file: test.file }));
      const { name: _, suite: __, ...told } = test;
      return { ...told, quarantinedUntil: held?.until ?? null };
    });
    return { tests, runs };
  }

  async getCauses({ task: name, attempt }: Params<'getCauses'>): Promise<Result<'getCauses'>> {
    const task = this.#store.find(name);
    const number = attempt ?? decidingAttempt(task);
    if (attempt !== undefined && attempt > Math.max(1, task.attempts.length))
      throw new Refusal('not_found', `#${task.number} has no attempt ${attempt}.`);
    const causes = new Causes(task.config.project);
    let failed = 0;
    for await (const tests of keptCases(attemptFolder(this.#paths, task.id, number))) {
      for (const { name: test, suite, status, filePath, message, trace } of tests) {
        if (status !== 'failed') continue;
        causes.add({ title: titleOf({ name: test, suite, filePath: filePath ?? undefined }), message, trace });
        failed += 1;
      }
    }
    return { taskId: task.id, attempt: number, failed, groups: causes.groupsInFull() };
  }

  getTestStrips({ task: name }: Params<'getTestStrips'>): Result<'getTestStrips'> {
    const { number } = this.#store.find(name);
    const wrong = this.#tests.wrongIn(number, MOST_STRIPS);
    return {
      tests: wrong.map(({ test }) => {
        const { title, file, line, browser } = this.#tests.test(test);
        return {
          title,
          file,
          line,
          browser,
          outcomes: this.#tests.newest(test, { limit: STRIP, upTo: number }).map(letterOf).reverse().join(''),
        };
      }),
    };
  }

  async compareRuns({ task: name, other }: Params<'compareRuns'>): Promise<Result<'compareRuns'>> {
    const task = this.#store.find(name);
    const run = this.#runOf(task);
    const asked = other === undefined ? null : this.#store.find(other);
    if (asked?.id === task.id) throw new Refusal('invalid', `#${task.number} cannot be compared with itself.`);
    const { base, chosen } =
      asked === null ? this.#comparer.baseOf(run, await this.#mainBranchOf(task)) : { base: this.#runOf(asked), chosen: 'asked' as const };
    return this.#comparer.compare(run, base, chosen, quarantinedOf(task));
  }

  /** What a task that has just ended changed; null where it came to no tests, or only ran again what had failed. Its tests are kept already. */
  async changeOf(task: Task, testSet: number | null): Promise<Change | null> {
    if (testSet === null || task.state.status === 'cancelled' || task.rerunOnly !== null) return null;
    const mainBranch = await this.#mainBranchOf(task);
    const run = this.#runs.ofTask(task, testSet);
    return run && this.#comparer.changeOf(run, this.#comparer.baseOf(run, mainBranch).base, quarantinedOf(task));
  }

  getTrends({ project, category, environment, days = 30 }: Params<'getTrends'>): Promise<Result<'getTrends'>> {
    const key = JSON.stringify([project, category, environment, days]);
    return this.#trends.get(key, () => this.#trendsOf(project, { category, environment, days }));
  }

  async #trendsOf(
    project: string,
    { category, environment, days }: { category?: string | null; environment?: string | null; days: number },
  ): Promise<Result<'getTrends'>> {
    const since = Date.now() - days * DAY_MS;
    const suites: Result<'getTrends'>['suites'] = [];
    for await (const suite of paced(this.#runs.suitesOf(project, { category, environment }), 1)) {
      const runs: FiguredRun[] = [];
      for await (const piece of this.#runs.figures(suite.id, { limit: MOST_RUNS, since })) runs.push(...piece);
      if (runs.length === 0) continue;
      const whole = runs.filter(({ exited, scope, testSet }) => exited && scope === '' && testSet !== null);
      const { id: _, ...named } = suite;
      suites.push({ ...named, ...trendOf(runs), ...(await slowTestsOf(whole, suite.id, this.#tests)) });
    }
    return { since, suites };
  }

  async #mainBranchOf({ git, config }: Task): Promise<string | null> {
    return git === null ? null : this.#mainBranches.get(config.project, () => mainBranchOf(config.project));
  }

  #runOf(task: Task): Run {
    if (!isTerminal(task.state.status)) throw new Refusal('invalid', `#${task.number} has not ended, so it cannot be compared yet.`);
    const run = this.#runs.run(task.number);
    if (run === null || run.testSet === null) throw new Refusal('invalid', `#${task.number} has no tests that could be compared.`);
    return run;
  }

  *#testsOf(root: string) {
    for (const suite of this.#runs.suitesOf(root)) yield* this.#tests.testsOf(suite.id);
  }
}

const quarantinedOf = ({ attempts, decidedBy }: Task) => attempts.find(({ attempt }) => attempt === decidedBy)?.quarantined ?? [];
