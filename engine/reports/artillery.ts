import type { Test } from 'ctrf';
import type { Metrics } from '../../contract/report.ts';
import { field, isObject, type JsonObject, numberAt, numbersIn, objectAt } from './json-fields.ts';
import type { ReadFile, ReportReader } from './reader.ts';

/**
 * What `artillery run --output` writes: version 2 with counters, rates and summaries by name, version 1 with fields of its own.
 *
 * Artillery prints whether its `ensure` checks held and sets its exit code by them, but does not write them (tried with 2.0.34), and ends
 * with 0 though every virtual user failed. So the tests are: that all virtual users completed, and, where the plugin `expect` was used,
 * each kind of expectation. The rest are numbers.
 */
export const artilleryReader: ReportReader = {
  name: 'Artillery report',
  detect: ({ json }) => isObject(json) && isObject(field(json, 'aggregate')) && Array.isArray(field(json, 'intermediate')),
  read: ({ json }, { file }) => {
    const aggregate = objectAt(isObject(json) ? json : {}, 'aggregate');
    const run =
      isObject(field(aggregate, 'counters')) && numberAt(aggregate, 'scenariosCreated') === null
        ? runOfTwo(aggregate)
        : runOfOne(aggregate);
    const tests = run.created > 0 ? [virtualUsers(run), ...run.expectations.map(expectation)] : [];
    const found: ReadFile = {
      tests,
      warnings: [],
      tool: { name: 'artillery' },
      start: numberAt(aggregate, 'firstMetricAt') ?? numberAt(aggregate, 'firstCounterAt'),
      stop: numberAt(aggregate, 'lastMetricAt') ?? numberAt(aggregate, 'lastCounterAt'),
      incomplete: false,
      metrics: run.metrics,
    };
    if (tests.length === 0) found.warnings.push(`${file} names no virtual users, so nothing was tested.`);
    return found;
  },
};

interface Run {
  created: number;
  completed: number;
  failed: number;
  errors: Readonly<Record<string, number>>;
  expectations: { kind: string; ok: number; failed: number }[];
  metrics: Metrics;
}

/** https://www.artillery.io/docs/reference/reported-metrics */
function runOfTwo(aggregate: JsonObject): Run {
  const counters = numbersIn(objectAt(aggregate, 'counters'));
  const count = (name: string) => (Object.hasOwn(counters, name) ? (counters[name] ?? 0) : 0);
  const single = (name: string, numbers: Record<string, number>) =>
    Object.entries(numbers).map(([key, value]): [string, Record<string, number>] => [key, { [name]: value }]);
  return {
    created: count('vusers.created'),
    completed: count('vusers.completed'),
    failed: count('vusers.failed'),
    errors: beginningWith(counters, 'errors.'),
    expectations: expectationsOf(counters),
    metrics: Object.fromEntries([
      ...Object.entries(objectAt(aggregate, 'summaries')).flatMap(([name, summary]): [string, Record<string, number>][] =>
        isObject(summary) ? [[name, numbersIn(summary)]] : [],
      ),
      ...single('count', counters),
      ...single('rate', numbersIn(objectAt(aggregate, 'rates'))),
    ]),
  };
}

function runOfOne(aggregate: JsonObject): Run {
  const numbers = numbersIn(aggregate);
  const errors = numbersIn(objectAt(aggregate, 'errors'));
  const created = numberAt(aggregate, 'scenariosCreated') ?? 0;
  const completed = numberAt(aggregate, 'scenariosCompleted') ?? 0;
  const nested = ['latency', 'rps', 'scenarioDuration'].map((name): [string, Record<string, number>] => [
    name,
    numbersIn(objectAt(aggregate, name)),
  ]);
  return {
    created,
    completed,
    failed: Math.max(0, created - completed),
    errors,
    expectations: expectationsOf(numbersIn(objectAt(aggregate, 'counters'))),
    metrics: Object.fromEntries([
      ...nested,
      ...Object.entries(numbers).map(([name, value]): [string, Record<string, number>] => [name, { count: value }]),
    ]),
  };
}

const beginningWith = (counters: Readonly<Record<string, number>>, start: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counters)
      .filter(([name]) => name.startsWith(start))
      .map(([name, value]) => [name.slice(start.length), value]),
  );

/** The plugin counts each kind as `plugins.expect.ok.statusCode` and `plugins.expect.failed.statusCode`. */
function expectationsOf(counters: Readonly<Record<string, number>>): Run['expectations'] {
  const ok = beginningWith(counters, 'plugins.expect.ok.');
  const failed = beginningWith(counters, 'plugins.expect.failed.');
  const at = (numbers: Record<string, number>, kind: string) => (Object.hasOwn(numbers, kind) ? (numbers[kind] ?? 0) : 0);
  return [...new Set([...Object.keys(ok), ...Object.keys(failed)])].map((kind) => ({ kind, ok: at(ok, kind), failed: at(failed, kind) }));
}

/** Users that neither completed nor failed were still there when the run was ended. */
function virtualUsers({ created, completed, failed, errors }: Run): Test {
  const lost = Math.max(0, created - completed - failed);
  const named = Object.entries(errors).map(([name, count]) => `${name} (${count})`);
  const broken = failed > 0 || lost > 0;
  const said = [`${failed} of ${created} virtual users failed`, ...(lost > 0 ? [`${lost} did not come to their end`] : [])].join(', ');
  return {
    name: 'virtual users',
    status: broken ? 'failed' : 'passed',
    duration: 0,
    type: 'load',
    ...(broken ? { message: `${said}${named.length > 0 ? `: ${named.slice(0, 10).join(', ')}` : ''}.` } : {}),
  };
}

function expectation({ kind, ok, failed }: Run['expectations'][number]): Test {
  return {
    name: kind,
    suite: ['expectations'],
    status: failed > 0 ? 'failed' : 'passed',
    duration: 0,
    type: 'check',
    ...(failed > 0 ? { message: `${failed} of ${ok + failed} times it was not so.` } : {}),
  };
}
