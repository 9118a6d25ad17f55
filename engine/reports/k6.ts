import type { Test } from 'ctrf';
import type { Metrics } from '../../contract/report.ts';
import { wholeMs } from './durations.ts';
import { field, isObject, type JsonObject, numberAt, numbersIn, objectAt, objectsAt, textAt } from './json-fields.ts';
import type { ReadFile, ReportReader, Source } from './reader.ts';

/**
 * The three summaries that k6 writes (https://grafana.com/docs/k6/latest/results-output/end-of-test/):
 * `--summary-export`, the data of `handleSummary`, and the machine-readable summary of k6 1.x.
 *
 * Thresholds are the tests, as they alone decide about k6's exit code; checks are numbers beside them. A script without thresholds has
 * its checks as tests: each is failed where it failed once. The machine-readable summary says nothing about thresholds: only exit code
 * 99 tells that one was crossed.
 */
export const k6Reader: ReportReader = {
  name: 'k6 summary',
  detect: ({ json }) => isObject(json) && (isSummary(json) || isMachineReadable(json)),
  read: ({ json }, source) => {
    const report = isObject(json) ? json : {};
    return isSummary(report) ? readSummary(report, source) : readMachineReadable(report, source);
  },
};

/** Both have `metrics` by name; an export lacks `state`, and a `handleSummary` of one's own may leave out what it likes. */
const isSummary = (report: JsonObject) =>
  isObject(field(report, 'metrics')) &&
  (isObject(field(report, 'root_group')) || isObject(field(report, 'state')) || Object.keys(objectAt(report, 'metrics')).some(isK6Metric));

const isK6Metric = (name: string) =>
  /^(?:iterations|iteration_duration|data_sent|data_received|checks|http_reqs?_?|vus(?:_max)?)/.test(name);

const isMachineReadable = (report: JsonObject) =>
  isObject(field(report, 'results')) && textAt(objectAt(report, 'metadata'), 'k6_version') !== '';

interface Check {
  name: string;
  groups: string[];
  passes: number;
  fails: number;
}

/** `--summary-export` and `handleSummary`. */
function readSummary(report: JsonObject, { file }: Source): ReadFile {
  const all = Object.entries(objectAt(report, 'metrics')).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  const metrics = Object.fromEntries(
    all.map(([name, metric]) => [name, numbersIn(isObject(field(metric, 'values')) ? objectAt(metric, 'values') : metric)]),
  );
  const thresholds = all.flatMap(([name, metric]) =>
    Object.entries(objectAt(metric, 'thresholds')).map(([expression, outcome]) =>
      thresholdTest(name, expression, outcome, metrics[name] ?? {}),
    ),
  );
  const checks = checksOf(objectAt(report, 'root_group'), []);
  const lasted = wholeMs(numberAt(objectAt(report, 'state'), 'testRunDurationMs'));
  return toReadFile({ thresholds, checks, metrics, version: null, start: null, stop: null, lasted }, file);
}

/** `true` in an exported summary means that the threshold was crossed; `handleSummary` has `ok`. What says neither did not hold. */
function thresholdTest(metric: string, expression: string, outcome: unknown, values: Readonly<Record<string, number>>): Test {
  const held = isObject(outcome) ? field(outcome, 'ok') === true : outcome === false;
  const aggregate = /^[a-z]+(?:\([\d.]+\))?/i.exec(expression)?.[0] ?? '';
  const value = Object.hasOwn(values, aggregate) ? values[aggregate] : values.value;
  return {
    name: `${metric}: ${expression}`,
    suite: ['thresholds'],
    status: held ? 'passed' : 'failed',
    duration: 0,
    type: 'threshold',
    ...(held
      ? {}
      : { message: `The threshold was crossed${value === undefined ? '' : `: ${aggregate || 'value'} is ${rounded(value)}`}.` }),
  };
}

const rounded = (value: number) => String(Number(value.toPrecision(6)));

/** Groups and checks are lists in `handleSummary`, and objects by name in an exported summary. */
function checksOf(group: JsonObject, groups: string[]): Check[] {
  const own = children(group, 'checks').map((check) => toCheck(check, groups));
  return [...own, ...children(group, 'groups').flatMap((inner) => checksOf(inner, [...groups, textAt(inner, 'name')]))];
}

function children(group: JsonObject, name: string): JsonObject[] {
  const value = field(group, name);
  return isObject(value) ? Object.values(value).filter(isObject) : objectsAt(group, name);
}

const toCheck = (check: JsonObject, groups: string[]): Check => ({
  name: textAt(check, 'name'),
  groups,
  passes: numberAt(check, 'passes') ?? 0,
  fails: numberAt(check, 'fails') ?? 0,
});

/** `--new-machine-readable-summary`, as an export and in `handleSummary`. Its groups and scenarios nest in `results`. */
function readMachineReadable(report: JsonObject, { file, exitCode }: Source): ReadFile {
  const metadata = objectAt(report, 'metadata');
  const config = objectAt(report, 'config');
  const generated = Date.parse(textAt(metadata, 'generated_at'));
  const stop = Number.isNaN(generated) ? null : generated;
  const lasted = wholeMs((numberAt(config, 'duration') ?? 0) * 1000);
  const { checks, metrics } = resultsOf(objectAt(report, 'results'), []);
  const hasThresholds = /\bthresholds\b/.test(textAt(config, 'script'));
  const version = textAt(metadata, 'k6_version');
  const read = toReadFile(
    {
      thresholds: hasThresholds || exitCode === CROSSED ? thresholdsByExitCode(exitCode) : [],
      checks,
      metrics,
      version,
      start: stop === null ? null : stop - lasted,
      stop,
      lasted,
    },
    file,
  );
  if (!hasThresholds || exitCode !== null) return read;
  const warning = `${file} does not say whether the script's thresholds held; only k6's exit code tells (${CROSSED} where one was crossed).`;
  return { ...read, incomplete: true, warnings: [...read.warnings, warning] };
}

/** https://grafana.com/docs/k6/latest/using-k6/thresholds: k6 "finishes with a non-zero exit code" where one is crossed, which is 99. */
const CROSSED = 99;

/** One test for all of them; none where k6 ended otherwise, so that nobody knows. */
function thresholdsByExitCode(exitCode: number | null): Test[] {
  if (exitCode !== 0 && exitCode !== CROSSED) return [];
  const crossed = exitCode === CROSSED;
  return [
    {
      name: 'k6 thresholds',
      suite: ['thresholds'],
      status: crossed ? 'failed' : 'passed',
      duration: 0,
      type: 'threshold',
      ...(crossed
        ? { message: `A threshold was crossed: k6 ended with exit code ${CROSSED}. This summary does not say which one; the log does.` }
        : {}),
    },
  ];
}

function resultsOf(results: JsonObject, groups: string[]): { checks: Check[]; metrics: Metrics } {
  const parts = objectAt(results, 'checks');
  const own = [...objectsAt(results, 'metrics'), ...objectsAt(parts, 'metrics')].map((metric): [string, Record<string, number>] => [
    [...groups, textAt(metric, 'name')].join(' › '),
    numbersIn(objectAt(metric, 'values')),
  ]);
  const inner = ['groups', 'scenarios'].flatMap((kind) =>
    children(results, kind).map((part) => resultsOf(part, [...groups, textAt(part, 'name')])),
  );
  return {
    checks: [...children(parts, 'results').map((check) => toCheck(check, groups)), ...inner.flatMap(({ checks }) => checks)],
    metrics: Object.fromEntries([...own, ...inner.flatMap(({ metrics }) => Object.entries(metrics))]),
  };
}

function toReadFile(
  summary: {
    thresholds: Test[];
    checks: Check[];
    metrics: Metrics;
    version: string | null;
    start: number | null;
    stop: number | null;
    lasted: number;
  },
  file: string,
): ReadFile {
  const { thresholds, checks, metrics, version, start, stop, lasted } = summary;
  const tests = thresholds.length > 0 ? thresholds : checks.map(checkTest);
  const failed = checks.filter(({ fails }) => fails > 0);
  const warnings: string[] = [];
  if (tests.length === 0) warnings.push(`${file}: the script has neither thresholds nor checks, so nothing was tested.`);
  if (thresholds.length > 0 && failed.length > 0)
    warnings.push(
      `${file}: ${failed.length} of ${checks.length} checks failed (${failed[0]?.name}), which k6 does not count; a threshold on \`checks\` does.`,
    );
  const checkMetrics = checks.map(({ name, groups, passes, fails }): [string, Record<string, number>] => [
    `check: ${[...groups, name].join(' › ')}`,
    { passes, fails },
  ]);
  return {
    tests,
    warnings,
    tool: { name: 'k6', ...(version === null ? {} : { version }) },
    start,
    stop,
    incomplete: false,
    metrics: { ...metrics, ...Object.fromEntries(checkMetrics), ...(lasted > 0 ? { test_run: { duration_ms: lasted } } : {}) },
  };
}

function checkTest({ name, groups, passes, fails }: Check): Test {
  // Neither: it was never reached.
  const status = fails > 0 ? 'failed' : passes > 0 ? 'passed' : 'skipped';
  return {
    name,
    suite: ['checks', ...groups],
    status,
    duration: 0,
    type: 'check',
    ...(fails > 0 ? { message: `${fails} of ${passes + fails} times it was not so.` } : {}),
  };
}
