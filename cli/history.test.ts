import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { TestHome } from '../e2e/support/home.ts';
import { run } from './testing/commands.ts';

const PROJECT = {
  'background-e2e.yaml': `categories:
  red: { command: [node, suite.mjs, red], reports: [out/junit.xml], artifacts: [out/**/*.png, coverage] }
  green: { command: [node, suite.mjs], reports: [out/junit.xml], artifacts: [out/**/*.png] }
`,
  'suite.mjs': `import { mkdirSync, writeFileSync } from 'node:fs';
const red = process.argv.includes('red');
mkdirSync('out/shots', { recursive: true });
mkdirSync('coverage', { recursive: true });
writeFileSync('out/shots/till.png', 'a picture');
writeFileSync('coverage/index.html', '<p>90 %</p>');
const failure = red ? '<failure message="expected 3, got 4"/>' : '';
writeFileSync('out/junit.xml', '<testsuites><testsuite name="s"><testcase classname="checkout" name="pays">' + failure + '</testcase></testsuite></testsuites>');
process.exitCode = red ? 1 : 0;
`,
};

test('a run is found again by what it was, exported, opened in its parts, and forgotten when it is too old', async () => {
  await using home = new TestHome();
  const project = home.project(PROJECT);
  const at = { home: home.home, cwd: project };
  for (const category of ['green', 'red', 'green']) {
    await run(['add', category], at);
    await run(['wait', 'last'], at);
  }
  const numbers = async (...args: string[]) =>
    JSON.parse((await run(['results', '--json', ...args], at)).out).map(({ category }: { category: string }) => category);
  expect(await numbers()).toEqual(['green', 'red', 'green']);
  expect(await numbers('--failed')).toEqual(['red']);
  expect(await numbers('--since', '1h', '--verdict', 'passed,flaky')).toEqual(['green', 'green']);
  expect(await numbers('--until', '2020-01-01')).toEqual([]);
  expect(await numbers('--search', 'CHECKOUT 3,', '--project', join(project, 'out'))).toEqual(['red']);
  expect(await numbers('--project', home.home)).toEqual([]);
  expect((await run(['results', '--category', 'red', '--search', 'zzz'], at)).out).toBe('No result is like that.\n');
  expect(await run(['results', '--since', '1h', '--until', '2h'], at)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--until is before --since/),
  });
  expect(await run(['results', '1001'], at)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^results is "1001": it must be a whole number from 1 to 1000/),
  });
  expect(await run(['results', '--since', 'soon'], at)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--since is "soon": it must be a time ago/),
  });

  const { artifacts } = JSON.parse((await run(['artifacts', '#2', '--json'], at)).out);
  expect(artifacts.map(({ path, kind }: { path: string; kind: string }) => [path, kind])).toEqual([
    ['coverage/index.html', 'coverage'],
    ['out/shots/till.png', 'screenshot'],
  ]);
  expect((await run(['open', '#2', '--trace'], at)).err).toMatch(/^#2 left no trace\. "bge2e artifacts task_/);

  const markdown = await run(['export', '#2', '--format', 'markdown'], at);
  expect(markdown).toMatchObject({ code: 0, out: expect.stringMatching(/^## ❌ Failed: red of .*\n\n\*\*1 failed\*\*/) });
  await run(['export', '#2', '--format', 'junit', '--output', 'again.xml'], at);
  expect(readFileSync(join(project, 'again.xml'), 'utf8')).toContain('<failure message="expected 3, got 4">');
  expect(await run(['export', '#2', '--format', 'pdf'], at)).toMatchObject({ code: 2, err: expect.stringMatching(/^--format is "pdf"/) });

  expect((await run(['prune'], at)).out).toMatch(/^Nothing has to go\. All runs together take /);
  // As if a year had gone by.
  await run(['host', 'stop'], at);
  const database = new DatabaseSync(join(home.home, 'queue.db'));
  database.exec(`UPDATE results SET ended_at = ended_at - 31536000000`);
  database.close();
  writeFileSync(join(project, 'test_reports/background_e2e/task_of_somebody.json'), '{}');
  const foreseen = JSON.parse((await run(['prune', '--dry-run', '--json'], at)).out);
  const [first] = foreseen.pruned;
  expect(foreseen).toMatchObject({ dry_run: true, pruned: [{ number: 1, reason: 'age', history: true }] });
  expect(first.bytes).toBeGreaterThan(0);
  expect(await numbers()).toHaveLength(3);
  await run(['prune'], at);
  expect(await numbers()).toEqual(['green', 'red']);
  expect(existsSync(join(home.home, 'runs', first.task_id))).toBe(false);
  const files = readdirSync(join(project, 'test_reports/background_e2e'));
  expect(files.filter((name) => name.includes(first.task_id))).toEqual([]);
  expect(files).toContain('task_of_somebody.json');
  expect(files.filter((name) => name.endsWith('.ctrf.json'))).toHaveLength(2);
}, 120_000);

test('a project’s own limit of disk space takes logs and artifacts, and leaves the history', async () => {
  await using home = new TestHome();
  const project = home.project({ ...PROJECT, 'background-e2e.yaml': `${PROJECT['background-e2e.yaml']}retention: { keep_disk_mb: 0 }\n` });
  const at = { home: home.home, cwd: project };
  for (let n = 0; n < 2; n += 1) {
    await run(['add', 'green'], at);
    await run(['wait', 'last'], at);
  }
  const [first] = JSON.parse((await run(['prune', '--json'], at)).out).pruned;
  expect(first).toMatchObject({ number: 1, reason: 'disk', history: false });
  expect(readdirSync(join(home.home, 'runs', first.task_id))).toEqual(['task.json']);
  expect((await run(['results'], at)).out).toContain(first.task_id);
  expect((await run(['logs', '#1'], at)).code).toBe(0);
  expect((await run(['artifacts', '#1'], at)).out).toMatch(/^It left no artifacts/);
  expect(JSON.parse((await run(['host', 'status', '--json'], at)).out).disk_use_mb).toBe(0);
}, 60_000);
