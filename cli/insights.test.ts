import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, run } from './testing/commands.ts';

const SHOP = join(import.meta.dirname, '..', 'e2e', 'suites', 'shop');

let folder: string;
let home: string;
let project: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-insights-'));
  home = join(folder, 'home');
  project = join(folder, 'shop');
  cpSync(SHOP, project, { recursive: true, filter: (path) => !/test_reports|test-results|node_modules|[/\\]out$/.test(path) });
  writeFileSync(join(project, '.gitignore'), 'out\nweather\n');
  // One more check, which a file that git does not know lets fail: the same code with both outcomes.
  edit(
    'smoke.mjs',
    'const CHECKS = {',
    "const CHECKS = {\n  'deliveries are on time': async () => assert.ok(!existsSync('weather'), 'the van is 17 minutes late'),",
  );
  edit('smoke.mjs', "import { join } from 'node:path';", "import { existsSync } from 'node:fs';\nimport { join } from 'node:path';");
  await git('init', '--quiet', '--initial-branch=main');
  await commit('the shop');
}, 30_000);

afterAll(async () => {
  await bge2e('host', 'stop', '--cancel');
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const bge2e = (...args: string[]): Promise<Ended> => run(args, { home, cwd: project });
const git = (...args: string[]) => execa('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.test', ...args], { cwd: project });

async function commit(message: string): Promise<void> {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', message);
}

function edit(file: string, from: string, to: string): void {
  const path = join(project, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

test('a test breaks, is mended, turns out to be flaky, is quarantined, and counts again when that is over', {
  timeout: 180_000,
}, async () => {
  expect((await bge2e('run', 'smoke')).code).toBe(0);

  edit('catalogue.mjs', 'Mint tea', 'Mint infusion');
  await commit('other words');
  const broken = await bge2e('run', 'smoke');
  expect(broken.code).toBe(1);
  expect(broken.err).toContain('1 new failure');
  const compared = JSON.parse((await bge2e('compare', 'last', '--json')).out);
  expect(compared).toMatchObject({ chosen: 'main_branch', counts: { new_failures: 1, fixed: 0, still_failing: 0 } });
  expect(compared.new_failures[0]).toMatchObject({ title: expect.stringContaining('a search finds tea') });
  expect(JSON.parse((await bge2e('results', 'last', '--json')).out)).toMatchObject({
    change: { new: 1, fixed: 0, still_failing: 0, known_flaky: 0, base: expect.stringMatching(/^task_/) },
    failure_groups: [{ count: 1, tests: [expect.stringContaining('a search finds tea')] }],
  });

  edit('catalogue.mjs', 'Mint infusion', 'Mint tea');
  await commit('the old words');
  const mended = await bge2e('run', 'smoke');
  expect(mended.code).toBe(0);
  expect(mended.err).toContain('Recovered after 1 failed run');
  expect((await bge2e('compare', '#3', '#2')).out).toMatch(/1 fixed:\n {2}✓ .*a search finds tea/);
  expect((await bge2e('flaky')).out).toContain('No test was flaky');

  writeFileSync(join(project, 'weather'), 'storm');
  expect((await bge2e('run', 'smoke')).code).toBe(1);
  const flaky = JSON.parse((await bge2e('flaky', '--json')).out);
  expect(flaky.tests).toMatchObject([
    {
      title: expect.stringContaining('deliveries are on time'),
      category: 'smoke',
      environments: ['development'],
      flakes: 1,
      runs: 4,
      between_runs: 1,
      outcomes: 'pppf',
      first_seen_in: 4,
      quarantined_until: null,
    },
  ]);

  const unknown = await bge2e('quarantine', 'add', 'deliveries are on tiem');
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('did you mean') });
  const added = await bge2e('quarantine', 'add', 'deliveries are on time', '--until', '2999-12-24', '--reason', 'the weather');
  expect(added).toMatchObject({ code: 0, err: '' });
  const file = join(project, 'background-e2e.quarantine.yaml');
  expect(readFileSync(file, 'utf8')).toContain('until: 2999-12-24');

  const held = await bge2e('run', 'smoke');
  expect(held.code).toBe(0);
  expect(held.err).toContain('1 failed in quarantine');
  expect(JSON.parse((await bge2e('results', 'last', '--json')).out)).toMatchObject({
    status: 'failed',
    exit_code: 1,
    verdict: 'passed',
    error_message: null,
    failed_tests: [],
    quarantined_tests: [expect.stringContaining('deliveries are on time')],
    test_counts: { total: 5, passed: 4, failed: 1, quarantined: 1 },
    attempts: [{ warnings: [expect.stringContaining('1 quarantined test failed: ')] }],
  });

  edit('background-e2e.quarantine.yaml', '2999-12-24', '2020-01-31');
  const over = await bge2e('run', 'smoke');
  expect(over.code).toBe(1);
  expect(over.err).toMatch(/The quarantine of .*deliveries are on time ended on 2020-01-31, so it counts again/);

  const overview = await bge2e('insights', 'smoke');
  expect(overview.out).toMatch(/smoke in development: 50 % of 6 runs passed/);
  expect(overview.out).toContain('deliveries are on time');
  const removed = await bge2e('quarantine', 'remove', 'deliveries are on time');
  expect(removed.code).toBe(0);
  expect(JSON.parse((await bge2e('quarantine', 'list', '--json')).out)).toMatchObject({ entries: [], problem: null });
});
