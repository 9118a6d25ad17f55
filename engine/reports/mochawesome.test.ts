import { describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { countsOf } from './ctrf.ts';
import { mochawesomeReader } from './mochawesome.ts';

const SOURCE = { file: 'out/mochawesome.json', projectRoot: '/shop', exitCode: null };
const report = (suites: unknown[], stats = {}) => ({ stats: { testsRegistered: 1, ...stats }, results: [{ title: '', suites }], meta: {} });
const read = (value: unknown) => mochawesomeReader.read(new Content(JSON.stringify(value)), SOURCE);
const passed = { title: 'adds', state: 'passed', pass: true, duration: 5, uuid: 'u1', err: {} };

describe('mochawesome', () => {
  it('names tests by their describe blocks, with file, message, trace and context', () => {
    const failed = {
      title: 'pays',
      state: 'failed',
      fail: true,
      duration: 7,
      uuid: 'u2',
      err: { message: 'Error: declined', estack: 'Error: declined\n  at x' },
      context: '"shot.png"',
    };
    const { tests } = read(
      report([{ title: 'cart', fullFile: 'cypress/e2e/cart.cy.js', suites: [{ title: 'inner', tests: [failed, passed] }] }]),
    );
    expect(tests).toMatchObject([
      {
        name: 'pays',
        suite: ['cart', 'inner'],
        status: 'failed',
        duration: 7,
        filePath: 'cypress/e2e/cart.cy.js',
        message: 'Error: declined',
        trace: 'Error: declined\n  at x',
        extra: { context: '"shot.png"' },
      },
      { name: 'adds', status: 'passed' },
    ]);
  });

  it('fails for a broken hook, which its own statistics pass over', () => {
    const hook = { title: '"before all" hook', state: 'failed', fail: true, err: { message: 'no database' }, uuid: 'h' };
    const never = { title: 'a', state: null, pass: false, fail: false, pending: false, skipped: true, uuid: 'a' };
    for (const hooks of [{ beforeHooks: [hook] }, { afterHooks: [hook] }]) {
      const { tests } = read(report([{ title: 's', ...hooks, tests: [never] }], { failures: 0 }));
      expect(countsOf(tests)).toEqual({ total: 2, passed: 0, failed: 1, skipped: 1, flaky: 0 });
      expect(tests[0]).toMatchObject({ name: '"before all" hook', message: 'no database' });
    }
  });

  it('takes what never got a state for skipped, and says where claimed failures are missing', () => {
    expect(read(report([{ tests: [{ title: 'a', state: null }] }])).tests).toMatchObject([{ status: 'skipped' }]);
    expect(read(report([{ tests: [passed] }], { failures: 2 }))).toMatchObject({
      incomplete: true,
      warnings: ['out/mochawesome.json counts 2 failures but names no failed test.'],
    });
  });

  it('counts a test once that is in a joined file and in the one it came from', () => {
    const file = read(report([{ tests: [passed, { ...passed, uuid: '' }, { ...passed, uuid: '' }] }]));
    expect(mochawesomeReader.merge?.([file, file]).map(({ tests }) => tests.length)).toEqual([3, 2]);
  });
});
