import { describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { countsOf } from './ctrf.ts';
import { k6Reader } from './k6.ts';

const read = (report: unknown, exitCode: number | null = 0) =>
  k6Reader.read(new Content(JSON.stringify(report)), { file: 'k6.json', projectRoot: '/shop', exitCode });
const detects = (report: unknown) => k6Reader.detect(new Content(JSON.stringify(report)));

const exported = (thresholds: unknown) => ({
  root_group: { checks: {}, groups: {} },
  metrics: { http_req_duration: { avg: 3, 'p(95)': 240.123456, thresholds } },
});
const handled = (thresholds: unknown) => ({
  state: { testRunDurationMs: 1500 },
  metrics: { http_req_duration: { type: 'trend', values: { 'p(95)': 240 }, thresholds } },
});
const machine = (script: string, results: unknown[] = []) => ({
  version: '1.0.0',
  config: { duration: 2.5, script },
  metadata: { k6_version: '1.8.1', generated_at: '2026-03-02T10:11:12.123456789Z' },
  results: { checks: { metrics: [], results }, metrics: [{ name: 'http_reqs', type: 'counter', values: { count: 4 } }] },
});

describe('thresholds', () => {
  it('are crossed where an exported summary says true', () => {
    const { tests } = read(exported({ 'p(95)<200': true, 'avg<10': false }));
    expect(tests.map(({ name, status, message }) => [name, status, message])).toEqual([
      ['http_req_duration: p(95)<200', 'failed', 'The threshold was crossed: p(95) is 240.123.'],
      ['http_req_duration: avg<10', 'passed', undefined],
    ]);
  });

  it('are crossed where the data of handleSummary say that they are not ok', () => {
    const { tests } = read(handled({ 'p(95)<200': { ok: false }, 'p(99)<900': { ok: true } }));
    expect(tests.map(({ status }) => status)).toEqual(['failed', 'passed']);
  });

  it.each([null, 'no', 1, {}, { ok: 'yes' }])('hold only where that is said, not where it says %j', (outcome) => {
    expect(countsOf(read(exported({ 'avg<1': outcome })).tests)).toMatchObject({ total: 1, failed: 1 });
  });

  it('are told by exit code 99 alone where the machine-readable summary names none', () => {
    const script = 'export const options = { thresholds: { http_req_duration: ["avg<1"] } }';
    expect(read(machine(script), 99).tests).toMatchObject([{ name: 'k6 thresholds', status: 'failed' }]);
    expect(read(machine(script), 0).tests).toMatchObject([{ name: 'k6 thresholds', status: 'passed' }]);
    // A config file may have them where the script has none.
    expect(read(machine(''), 99).tests).toMatchObject([{ status: 'failed' }]);
    expect(read(machine(script), null)).toMatchObject({
      tests: [],
      incomplete: true,
      warnings: [expect.any(String), expect.stringContaining("only k6's exit code tells (99")],
    });
  });
});

describe('checks', () => {
  const withChecks = (thresholds: unknown) => ({
    root_group: {
      checks: [{ name: 'is home', passes: 3, fails: 1 }],
      groups: [
        {
          name: 'cart',
          checks: [
            { name: 'is full', passes: 4, fails: 0 },
            { name: 'never', passes: 0, fails: 0 },
          ],
        },
      ],
    },
    metrics: { checks: { values: { rate: 0.8 }, thresholds } },
  });

  it('are tests where there are no thresholds', () => {
    expect(read(withChecks({})).tests).toMatchObject([
      { suite: ['checks'], name: 'is home', status: 'failed', message: '1 of 4 times it was not so.' },
      { suite: ['checks', 'cart'], name: 'is full', status: 'passed' },
      { suite: ['checks', 'cart'], name: 'never', status: 'skipped' },
    ]);
  });

  it('are numbers and a warning beside thresholds, as k6 does not fail for them', () => {
    const { tests, warnings, metrics } = read(withChecks({ 'rate>0.5': { ok: true } }));
    expect(countsOf(tests)).toMatchObject({ total: 1, passed: 1 });
    expect(warnings).toEqual(['k6.json: 1 of 3 checks failed (is home), which k6 does not count; a threshold on `checks` does.']);
    expect(metrics).toMatchObject({ 'check: is home': { passes: 3, fails: 1 }, 'check: cart › is full': { passes: 4, fails: 0 } });
  });
});

it('says that nothing was tested where there are neither thresholds nor checks', () => {
  expect(read(handled(undefined))).toMatchObject({
    tests: [],
    warnings: ['k6.json: the script has neither thresholds nor checks, so nothing was tested.'],
  });
});

it('keeps the metrics with their aggregates, and how long it took', () => {
  expect(read(handled({})).metrics).toEqual({ http_req_duration: { 'p(95)': 240 }, test_run: { duration_ms: 1500 } });
  expect(read(machine(''))).toMatchObject({
    metrics: { http_reqs: { count: 4 }, test_run: { duration_ms: 2500 } },
    tool: { name: 'k6', version: '1.8.1' },
    start: Date.parse('2026-03-02T10:11:09.623Z'),
    stop: Date.parse('2026-03-02T10:11:12.123Z'),
  });
});

it.each([[{ metrics: { shop: {} } }], [{ results: {}, metadata: {} }], [{ metrics: [] }], [{ results: { tests: [] } }]])(
  'is not %j',
  (report) => expect(detects(report)).toBe(false),
);

it('takes names such as __proto__ for names', () => {
  const report = JSON.parse(
    '{"state": {}, "metrics": {"__proto__": {"values": {"__proto__": 1, "avg": 2}, "thresholds": {"__proto__": {"ok": false}}}}}',
  );
  expect(read(report).tests).toMatchObject([{ name: '__proto__: __proto__', status: 'failed' }]);
});
