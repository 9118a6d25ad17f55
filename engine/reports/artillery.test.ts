import { describe, expect, it } from 'vitest';
import { artilleryReader } from './artillery.ts';
import { Content } from './content.ts';

const content = (aggregate: unknown) => new Content(JSON.stringify({ aggregate, intermediate: [] }));
const read = (aggregate: unknown) => artilleryReader.read(content(aggregate), { file: 'load.json', projectRoot: '/shop', exitCode: 0 });

describe("Artillery's report", () => {
  it('has one test: that all virtual users completed', () => {
    expect(read({ counters: { 'vusers.created': 4, 'vusers.completed': 4 } }).tests).toMatchObject([
      { name: 'virtual users', status: 'passed' },
    ]);
    expect(
      read({ counters: { 'vusers.created': 4, 'vusers.completed': 1, 'vusers.failed': 2, 'errors.ETIMEDOUT': 2 } }).tests,
    ).toMatchObject([{ status: 'failed', message: '2 of 4 virtual users failed, 1 did not come to their end: ETIMEDOUT (2).' }]);
  });

  it('has the kinds of expectations as tests', () => {
    const counters = {
      'vusers.created': 1,
      'vusers.completed': 1,
      'plugins.expect.ok': 3,
      'plugins.expect.ok.statusCode': 2,
      'plugins.expect.ok.hasProperty': 1,
      'plugins.expect.failed.statusCode': 1,
    };
    expect(read({ counters }).tests.slice(1)).toMatchObject([
      { suite: ['expectations'], name: 'statusCode', status: 'failed', message: '1 of 3 times it was not so.' },
      { name: 'hasProperty', status: 'passed' },
    ]);
  });

  it('has numbers to chart, and the span of the run', () => {
    const aggregate = {
      counters: { 'http.requests': 3 },
      rates: { 'http.request_rate': 7 },
      summaries: { 'http.response_time': { p95: 4, max: null } },
      firstMetricAt: 1000,
      lastMetricAt: 3000,
    };
    expect(read(aggregate)).toMatchObject({
      start: 1000,
      stop: 3000,
      metrics: { 'http.requests': { count: 3 }, 'http.request_rate': { rate: 7 }, 'http.response_time': { p95: 4 } },
    });
  });

  it('of version 1 has fields of its own', () => {
    expect(
      read({ scenariosCreated: 5, scenariosCompleted: 3, latency: { p95: 12 }, errors: { ECONNRESET: 2 }, codes: { 200: 3 } }),
    ).toMatchObject({
      tests: [{ status: 'failed', message: '2 of 5 virtual users failed: ECONNRESET (2).' }],
      metrics: { latency: { p95: 12 }, scenariosCreated: { count: 5 } },
    });
  });

  it('without virtual users has tested nothing, and says so', () => {
    expect(read({ counters: {} })).toMatchObject({ tests: [], warnings: ['load.json names no virtual users, so nothing was tested.'] });
  });

  it('is told by its two parts', () => {
    const detects = (text: string) => artilleryReader.detect(new Content(text));
    expect(
      ['{"aggregate": {}, "intermediate": []}', '{"aggregate": {}}', '{"aggregate": [], "intermediate": []}', '[]'].map(detects),
    ).toEqual([true, false, false, false]);
  });
});
