import { readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { TestHome, until } from '../e2e/support/home.ts';
import { run } from './testing/commands.ts';

vi.setConfig({ testTimeout: 60_000 });

const PROJECT = {
  'background-e2e.yaml': `categories:
  grows: { command: [node, -e, "const held = []; setInterval(() => held.push(Buffer.alloc(10e6, 1)), 50)"], verdict_from: exit_code, memory_limit_gb: 8 }
  spins: { command: [node, spins.mjs], reports: [junit.xml] }
  nice: { command: [sh, -c, "nice; ionice; while [ ! -e go ]; do sleep 0.05; done"], verdict_from: exit_code }
`,
  // Busy for a while by the clock, then tells of a test that ran out of time.
  'spins.mjs': `import { writeFileSync } from 'node:fs';
for (const end = Date.now() + 1500; Date.now() < end; );
writeFileSync('junit.xml', '<testsuite name="s"><testcase name="pays"><failure message="Test timeout of 30000ms exceeded."/></testcase></testsuite>');
process.exitCode = 1;`,
};

test('a task that takes too much memory ends as failed, with the limit and the largest process as its error', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  await run(['add', 'grows', '--memory-limit', '0.25'], at);
  const waited = await run(['wait', 'last'], at);
  expect(waited.code).toBe(1);
  expect(waited.out).toMatch(
    /memory limit exceeded \(256 MiB; the largest was \S+, \d+ MiB\)\n.* {2}limit: memory 0\.25 GB by memory-watch\n/s,
  );
  const { status, verdict, error_message, limits, attempts } = JSON.parse((await run(['status', 'last', '--json'], at)).out);
  expect({ status, verdict }).toEqual({ status: 'failed', verdict: 'failed' });
  expect(error_message).toMatch(/^memory limit exceeded/);
  expect(limits).toEqual([
    { kind: 'memory', asked: 0.25, enforced_by: 'memory-watch', not_enforced_because: null },
    { kind: 'priority', asked: 'nice 10, idle I/O', enforced_by: 'nice, ionice', not_enforced_because: null },
  ]);
  expect(attempts[0]).toMatchObject({ cause: 'memory_limit', limits, suspect: null });
});

test('tests that time out while the CPU limit holds them back make it a suspect, in every form of the result', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  await run(['add', 'spins', '--cpu-limit', '10'], at);
  const waited = await run(['wait', 'last'], at);
  expect(waited.out).toContain('(suspect: cpu_limit)');
  const result = JSON.parse((await run(['results', '1', '--json'], at)).out)[0];
  expect(result).toMatchObject({ suspect: 'cpu_limit', attempts: [{ suspect: 'cpu_limit' }] });
  expect(JSON.parse(readFileSync(result.result_file, 'utf8')).suspect).toBe('cpu_limit');
});

test('background tests are nice and idle, as the settings say, and those of run are as they are', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const at = { home: home.home, cwd };
  await run(['add', 'nice'], at);
  const detail = await until('it runs', async () => {
    const { out } = await run(['status', 'last'], at);
    return out.includes('limit:') && out;
  });
  expect(detail).toContain('  limit: nice 10, idle I/O by nice, ionice\n');
  writeFileSync(join(cwd, 'go'), '');
  await run(['wait', 'last'], at);
  expect((await run(['logs', 'last'], at)).out).toContain(`${Math.min(19, getPriority() + 10)}\nidle\n`);
  const own = await run(['run', 'nice'], at);
  expect(own.out).toMatch(new RegExp(`^${getPriority()}\n(?!idle)`));
});

test('limits that are none are refused with what is allowed', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  for (const [flag, value, sentence] of [
    ['--cpu-limit', '0', 'cpu_limit_percent is 0: it must be a number from 1 to 100'],
    ['--cpu-limit', '101', 'cpu_limit_percent is 101'],
    ['--memory-limit', '-1', 'memory_limit_gb is -1: it must be a number greater than 0'],
    ['--memory-limit', 'NaN', '--memory-limit is "NaN": it must be a number of GB'],
  ] as const) {
    const refused = await run(['add', 'nice', flag, value], { home: home.home, cwd });
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining(sentence) });
  }
});

test('a memory limit beyond the machine is allowed, and the result says that it holds nothing', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project({ ...PROJECT, go: '' }) };
  await run(['add', 'nice', '--memory-limit', '100000'], at);
  expect((await run(['wait', 'last'], at)).code).toBe(0);
  const { limits, attempts } = JSON.parse((await run(['status', 'last', '--json'], at)).out);
  expect(limits[0]).toMatchObject({
    kind: 'memory',
    asked: 100_000,
    enforced_by: null,
    not_enforced_because: expect.stringContaining('more than'),
  });
  expect(attempts[0].warnings[0]).toMatch(/^The memory limit was not enforced: the limit of 100000 GiB is more than/);
});
