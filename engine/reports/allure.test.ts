import { describe, expect, it } from 'vitest';
import { allureReader } from './allure.ts';
import { Content } from './content.ts';
import { countsOf } from './ctrf.ts';

const result = (rest: object = {}) => ({
  uuid: 'u1',
  name: 'pays',
  fullName: 'cart.pays',
  historyId: 'h1',
  status: 'passed',
  stage: 'finished',
  start: 1000,
  stop: 1500,
  ...rest,
});
const broken = { status: 'broken', statusDetails: { message: 'declined', trace: 'at x' } };
const read = (...files: unknown[]) => {
  const [all, ...rest] =
    allureReader.merge?.(
      files.map((file) =>
        allureReader.read(new Content(JSON.stringify(file)), { file: 'x-result.json', projectRoot: '/shop', exitCode: null }),
      ),
    ) ?? [];
  if (!all || rest.length > 0) throw new Error('not merged into one');
  return all;
};
const detects = (value: unknown) => allureReader.detect(new Content(JSON.stringify(value)));

describe('tries of one test in files of their own', () => {
  const first = result({ uuid: 'u1', ...broken, stop: 1500 });
  const second = result({ uuid: 'u2', start: 2000, stop: 2300 });

  it('make a flaky test where the last one passed, in whichever order the files come', () => {
    for (const files of [
      [first, second],
      [second, first],
    ]) {
      expect(read(...files).tests).toMatchObject([
        {
          name: 'pays',
          status: 'passed',
          flaky: true,
          duration: 300,
          retries: 1,
          retryAttempts: [{ attempt: 1, status: 'failed', message: 'declined' }],
        },
      ]);
    }
  });

  it('make a failed test where the last one failed', () => {
    const { tests } = read(result({ stop: 1500 }), result({ ...broken, start: 2000, stop: 2300 }));
    expect(tests).toMatchObject([{ status: 'failed', message: 'declined', retries: 1 }]);
    expect(tests[0]?.flaky).toBeUndefined();
  });

  it('belong together by history, or by full name and parameters where there is none', () => {
    const withoutHistory = (value: string) => result({ historyId: undefined, parameters: [{ name: 'kind', value }] });
    expect(read(withoutHistory('card'), withoutHistory('card')).tests).toHaveLength(1);
    expect(read(withoutHistory('card'), withoutHistory('cash')).tests).toHaveLength(2);
    expect(read(result(), result({ historyId: 'h2' })).tests).toHaveLength(2);
  });
});

it('counts a todo as skipped, which allure-vitest writes without a status', () => {
  expect(read(result({ status: undefined, stage: 'pending' })).tests).toMatchObject([{ status: 'skipped' }]);
  expect(read(result({ status: undefined, stage: 'running' })).tests).toMatchObject([{ status: 'failed' }]);
});

describe('a result without uuid', () => {
  it('is known by a status of its own and what only results have', () => {
    expect(detects({ name: 'pays', status: 'passed', start: 1, stop: 2 })).toBe(true);
    expect(detects({ name: 'pays', status: 'Broken', statusDetails: { message: 'declined' } })).toBe(true);
    expect(detects({ name: 'pays', status: 'passed' })).toBe(false);
    expect(detects({ name: 'build', status: 'ok', start: 1, stop: 2 })).toBe(false);
  });
});

describe('a result', () => {
  it.each([
    ['passed', 'passed', undefined],
    ['failed', 'failed', 'It ended as failed.'],
    ['broken', 'failed', 'It ended as broken.'],
    ['skipped', 'skipped', undefined],
    ['unknown', 'failed', 'Its status is unknown: it did not come to its end.'],
    [undefined, 'failed', 'Its status is unknown: it did not come to its end.'],
    ['exploded', 'failed', 'It ended as exploded.'],
  ])('of status %s is %s', (status, expected, message) => {
    expect(read(result({ status })).tests).toMatchObject([{ status: expected, ...(message === undefined ? {} : { message }) }]);
  });

  it('has its suites, tags, attachments and tool from labels', () => {
    const labels = [
      ...[
        ['parentSuite', 'shop'],
        ['suite', 'cart'],
        ['tag', 'slow'],
        ['framework', 'pytest'],
      ].map(([name, value]) => ({ name, value })),
      null,
    ];
    const { tests, tool } = read(result({ labels, attachments: [{ name: 'log', type: 'text/plain', source: 'a.txt' }] }));
    expect(tests).toMatchObject([
      { suite: ['shop', 'cart'], tags: ['slow'], attachments: [{ name: 'log', contentType: 'text/plain', path: 'a.txt' }] },
    ]);
    expect(tool).toEqual({ name: 'pytest' });
  });
});

describe('fixtures that failed', () => {
  const container = (children: string[], fixtures: object) => ({ uuid: 'c1', children, ...fixtures });
  const tearDown = { afters: [{ name: 'db', status: 'broken', statusDetails: { message: 'still open' } }] };

  it('are errors outside of tests, once each', () => {
    const { tests } = read(result(), container(['u1'], tearDown), container(['u1'], tearDown));
    expect(countsOf(tests)).toMatchObject({ total: 1, passed: 1 });
    expect(tests[1]).toMatchObject({ status: 'other', name: 'db', message: 'still open' });
    expect(tests).toHaveLength(2);
  });

  it('are not said again where the test itself broke for them, nor where its try was repeated', () => {
    const setUp = { befores: [{ name: 'db', status: 'broken', statusDetails: { message: 'declined' } }] };
    expect(read(result(broken), container(['u1'], setUp)).tests).toHaveLength(1);
    expect(read(result(broken), result({ uuid: 'u2', start: 2000, stop: 2300 }), container(['u1'], tearDown)).tests).toMatchObject([
      { flaky: true },
    ]);
  });

  it('of the whole run are in a file of their own', () => {
    expect(read(result(), { attachments: [], errors: [{ message: 'no database', trace: 'at x' }] }).tests[1]).toMatchObject({
      status: 'other',
      message: 'no database',
    });
  });
});

it('knows the files that lie beside results, which hold no tests', () => {
  expect(read([{ name: 'Product defects', matchedStatuses: ['failed'] }], { name: 'CI', buildName: '#7', type: 'github' }).tests).toEqual(
    [],
  );
});

it.each([[{ name: 'a', status: 'passed' }], [{ uuid: 'u' }], [[]], [[1]], [{ errors: [] }], [{ uuid: 7, name: 'a', status: 'passed' }]])(
  'is not %j',
  (value) => {
    expect(detects(value)).toBe(false);
  },
);

it('reads a test that has no status, which failed', () => {
  for (const file of [
    { uuid: 'u', name: 'pays', start: 1000, stop: 1004 },
    { uuid: 'u', name: 'pays', status: null },
    { uuid: 'u', name: 'pays', labels: [] },
  ]) {
    expect(detects(file)).toBe(true);
    expect(read(file).tests).toMatchObject([
      { name: 'pays', status: 'failed', message: 'Its status is unknown: it did not come to its end.' },
    ]);
  }
  expect(detects({ uuid: 'u', name: 'pays' })).toBe(false);
  expect(read({ uuid: 'c', name: 'fixtures', start: 1000, stop: 1004, children: ['u'] }).tests).toEqual([]);
});
