import { describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { countsOf, ctrfReport } from './ctrf.ts';
import { ctrfReader } from './ctrf-reader.ts';
import { errorOutside } from './reader.ts';

const SOURCE = { file: 'ctrf.json', projectRoot: '/shop', exitCode: null };
const reported = (tests: unknown, rest: object = {}, top: object = { reportFormat: 'CTRF', specVersion: '0.0.0' }) =>
  JSON.stringify({ ...top, results: { tool: { name: 'jest', version: '30.0.0' }, summary: {}, tests, ...rest } });
const read = (text: string) => ctrfReader.read(new Content(text), SOURCE);
const only = (test: object) => read(reported([{ name: 'a', status: 'passed', duration: 1, ...test }])).tests[0];

describe('CTRF', () => {
  it('has five kinds of status; what is none that passed counts as failed', () => {
    const tests = ['passed', 'failed', 'skipped', 'pending', 'other', 'Passed', 'exploded', 7].map((status) => ({ name: 'a', status }));
    expect(countsOf(read(reported(tests)).tests)).toEqual({ total: 8, passed: 2, failed: 4, skipped: 2, flaky: 0 });
    expect(only({ status: 'other' })).toMatchObject({ status: 'failed', message: 'Its status is "other".' });
  });

  it('calls a todo of jest other, which is a skipped one', () => {
    expect(only({ status: 'other', rawStatus: 'todo' })).toMatchObject({ status: 'skipped' });
  });

  it('is told with and without its name for itself', () => {
    const detects = (text: string) => ctrfReader.detect(new Content(text));
    expect(detects(reported([]))).toBe(true);
    expect(detects(reported([], {}, {}))).toBe(true);
    for (const other of [
      '{"results": {"tests": []}}',
      '{"results": []}',
      '[]',
      '{"reportFormat": "JUnit"}',
      '{"__proto__": {"reportFormat": "CTRF"}}',
    ])
      expect(detects(other)).toBe(false);
  });

  it('has suites as a text in older versions, as a list in later ones', () => {
    expect(only({ suite: 'cart.test.js > cart' })?.suite).toEqual(['cart.test.js', 'cart']);
    expect(only({ suite: ['cart.test.js', 'cart > total'] })?.suite).toEqual(['cart.test.js', 'cart > total']);
    expect(only({ suite: '' })?.suite).toBeUndefined();
  });

  it('has flaky tests by their mark or by a try that failed before', () => {
    const attempt = { attempt: 1, status: 'failed', duration: 3, message: 'first' };
    expect(only({ flaky: true, retries: 2 })).toMatchObject({ flaky: true, retries: 2 });
    expect(only({ retryAttempts: [attempt] })).toMatchObject({ flaky: true, retries: 1, retryAttempts: [attempt] });
    expect(only({ status: 'failed', flaky: true })?.flaky).toBeUndefined();
  });

  it('keeps place, message, trace, tags, attachments and what is not known as extras', () => {
    const test = {
      filePath: '/shop/src/cart.test.js',
      line: 7,
      tags: ['@slow', 3],
      attachments: [{ name: 'shot', contentType: 'image/png', path: 'shot.png' }],
      extra: { owner: 'ana' },
    };
    expect(only({ ...test, priority: 'high' })).toMatchObject({
      ...test,
      filePath: 'src/cart.test.js',
      tags: ['@slow'],
      extra: { owner: 'ana', priority: 'high' },
    });
  });

  it('counts its tests, whatever the summary says', () => {
    expect(read(reported([{ name: 'a', status: 'failed' }], { summary: { tests: 9, passed: 9, failed: 0 } }))).toMatchObject({
      tests: [{ status: 'failed' }],
      incomplete: false,
      warnings: ['ctrf.json counts 9 tests but names 1; those are counted.'],
    });
  });

  it('is not whole where the summary claims failures and no test has one, or where tests are none', () => {
    expect(read(reported([{ name: 'a', status: 'passed' }], { summary: { failed: 2 } }))).toMatchObject({
      incomplete: true,
      warnings: ['ctrf.json counts 2 failures but names no failed test.'],
    });
    expect(read(reported([{ name: 'a', status: 'passed' }, null, 'b']))).toMatchObject({ incomplete: true, tests: [{ name: 'a' }] });
    expect(() => read(reported(undefined))).toThrow('ctrf.json is CTRF without results.tests, so nothing is known of its tests.');
  });

  it('has times that are none as 0, and no moment at the year 1970', () => {
    for (const duration of [-1, 1e300, null, '5', true])
      expect(only({ duration, start: 0, stop: 1e20 })).toEqual({ name: 'a', status: 'passed', rawStatus: 'passed', duration: 0 });
    expect(read(reported([], { summary: { start: 1_700_000_000_000, stop: 1_700_000_001_000 } }))).toMatchObject({
      start: 1_700_000_000_000,
      stop: 1_700_000_001_000,
    });
  });

  it('of ours gives back what it was made of', () => {
    const tests = [
      { name: 'a', status: 'passed' as const, duration: 3, rawStatus: 'passed' },
      errorOutside('set-up', 'no database', 'at x'),
    ];
    const report = ctrfReport({ name: 'jest' }, tests, 1_700_000_000_000, 1_700_000_001_000);
    expect(read(JSON.stringify(report))).toMatchObject({ tests, incomplete: false, warnings: [] });
  });
});
