import { describe, expect, it } from 'vitest';
import { TestCase } from '../../contract/result.ts';
import { Content } from './content.ts';
import { countsOf } from './ctrf.ts';
import { playwrightJsonReader } from './playwright-json.ts';
import { toTestCase } from './test-cases.ts';

const SOURCE = { file: 'out/report.json', projectRoot: '/shop', exitCode: null };
const report = (tests: unknown[], rest = {}) => ({
  config: { rootDir: '/shop/e2e', version: '1.65.1', projects: [] },
  suites: [
    {
      title: 'cart.spec.ts',
      file: 'cart.spec.ts',
      specs: [],
      suites: [{ title: 'cart', specs: [{ id: 'x', title: 'pays', file: 'cart.spec.ts', line: 7, tags: ['slow'], tests }] }],
    },
  ],
  errors: [],
  stats: { unexpected: 0 },
  ...rest,
});
const read = (value: unknown) => playwrightJsonReader.read(new Content(JSON.stringify(value)), SOURCE);
const tried = (status: string, rest = {}) => ({
  status,
  duration: 50,
  retry: 0,
  startTime: '2026-01-01T00:00:00.000Z',
  errors: [],
  attachments: [],
  ...rest,
});
const error = { message: '\u001b[31mError: declined\u001b[0m', stack: 'Error: declined\n  at x' };

describe('Playwright JSON', () => {
  it('takes each project for a test of its own, the last try deciding', () => {
    const { tests, tool } = read(
      report([
        {
          projectName: 'one',
          expectedStatus: 'passed',
          status: 'flaky',
          results: [tried('failed', { error, errors: [error] }), tried('passed', { retry: 1 })],
        },
        {
          projectName: 'two',
          expectedStatus: 'passed',
          status: 'unexpected',
          results: [
            tried('timedOut', {
              error,
              attachments: [
                { name: 'trace', path: '/shop/t.zip', contentType: 'application/zip' },
                { name: 'note', body: 'eA==' },
              ],
            }),
          ],
        },
      ]),
    );
    expect(tool).toEqual({ name: 'playwright', version: '1.65.1' });
    expect(tests).toMatchObject([
      {
        name: 'pays',
        suite: ['one', 'cart.spec.ts', 'cart'],
        status: 'passed',
        flaky: true,
        retries: 1,
        filePath: 'e2e/cart.spec.ts',
        line: 7,
        tags: ['slow'],
        retryAttempts: [{ attempt: 1, status: 'failed', message: 'Error: declined' }],
      },
      {
        suite: ['two', 'cart.spec.ts', 'cart'],
        status: 'failed',
        message: 'Error: declined',
        trace: 'Error: declined\n  at x',
        attachments: [{ path: '/shop/t.zip' }],
      },
    ]);
  });

  it('believes Playwright about expected failures, and takes what never began for skipped', () => {
    const { tests } = read(
      report([
        { expectedStatus: 'failed', status: 'expected', results: [tried('failed', { error })] },
        { expectedStatus: 'failed', status: 'unexpected', results: [tried('passed')] },
        { expectedStatus: 'passed', status: 'skipped', results: [] },
      ]),
    );
    expect(tests.map(({ status }) => status)).toEqual(['passed', 'failed', 'skipped']);
    expect(tests[1]?.message).toContain('passed');
  });

  it('fails for an error outside of tests, with or without any test', () => {
    const broken = read(report([], { suites: [], errors: [{ message: 'Error: no database' }, { value: 'a text' }, {}] }));
    expect(countsOf(broken.tests).total).toBe(0);
    expect(broken.tests.map(({ status, message }) => [status, message])).toEqual([
      ['other', 'Error: no database'],
      ['other', 'a text'],
      ['other', 'An error without a message.'],
    ]);
  });

  it('is not green where it was interrupted, or counts failures that it does not name', () => {
    const interrupted = read(report([{ expectedStatus: 'passed', status: 'skipped', results: [tried('interrupted')] }]));
    expect(interrupted.tests).toContainEqual(expect.objectContaining({ status: 'other', message: expect.stringContaining('interrupted') }));
    expect(read(report([], { stats: { unexpected: 1 } }))).toMatchObject({ incomplete: true });
  });

  it('makes tests of senseless values that everyone can take in', () => {
    const spec = {
      title: 't',
      line: 1e308,
      tests: [null, { projectName: '__proto__', results: [{ duration: -1, error: 'x', errors: [null], attachments: [5] }] }],
    };
    const { tests } = read({
      config: { rootDir: 5 },
      suites: [{ title: 7, specs: [spec, null] }, null],
      errors: [5],
      stats: { duration: 1e300 },
    });
    expect(tests).toHaveLength(1);
    for (const one of tests) expect(TestCase.parse(toTestCase(one))).toMatchObject({ status: 'failed', line: null, durationMs: 0 });
  });

  it('takes a status of a later version for failed', () => {
    expect(read(report([{ status: 'exploded', results: [tried('melted')] }])).tests).toMatchObject([{ status: 'failed' }]);
  });
});
