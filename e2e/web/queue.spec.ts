import { execFileSync } from 'node:child_process';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { add, ended, running, type TestHome, taskThat } from '../support/home.ts';
import { expect, test } from './fixtures.ts';

/** Suites that run until a file says that they may end, or that fail as often as their name says. */
const PROJECT = {
  'background-e2e.yaml': `categories:
  long: { command: [node, suite.mjs], parallel: true, memory_limit_gb: 1, cpu_limit_percent: 80 }
  short: { command: [node, -e, ""], priority: 3 }
  smoke: { command: [node, -e, ""], priority: 5 }
  again: { command: [node, again.mjs], reports: [again.xml], max_retries: 1, retry_delay_seconds: 20, memory_limit_gb: 1 }
`,
  'suite.mjs': `
import { existsSync } from 'node:fs';
console.log('\\u001b[32mit has begun\\u001b[39m');
const timer = setInterval(() => existsSync('end') && clearInterval(timer), 20);
`,
  'again.mjs': `
import { existsSync, writeFileSync } from 'node:fs';
const first = !existsSync('tried');
writeFileSync('tried', '');
const failure = first ? '<failure message="no money"/>' : '';
writeFileSync('again.xml', '<testsuite name="checkout"><testcase name="pays" time="0.1">' + failure + '</testcase></testsuite>');
console.log(first ? 'the first try' : 'the second try');
process.exitCode = first ? 1 : 0;
`,
};

test.use({ settings: { slots: 1 } });

const waitingRows = (page: Page) => page.getByRole('region', { name: 'Waiting' }).getByRole('listitem');

/** One task that holds the only slot, and others behind it. */
async function busyQueue(home: TestHome, categories: readonly string[]) {
  const client = await home.connect();
  const project = home.project(PROJECT);
  const holder = await running(client, (await add(client, { project, category: 'long' })).id);
  const tasks = [];
  for (const category of categories) tasks.push(await add(client, { project, category }));
  return { client, project, holder, tasks };
}

test('a paused queue says so and starts nothing until it is resumed', async ({ home, window }) => {
  const client = await home.connect();
  const project = home.project(PROJECT);
  await window.getByRole('button', { name: 'Pause the queue' }).click();
  await expect(window.getByText('The queue is paused.')).toBeVisible();
  const task = await add(client, { project, category: 'short' });
  await expect(waitingRows(window)).toContainText('Waits because the queue is paused.');
  expect((await client.call('getTask', { task: task.id })).task.state.status).toBe('queued');

  await window.reload();
  await window.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(window.getByText('The queue is paused.')).toBeHidden();
  await ended(client, task.id);
});

test('waiting tasks are paused, moved and cancelled by their menu, by keys and by dragging', async ({ home, window }) => {
  const { client, tasks } = await busyQueue(home, ['short', 'smoke', 'short', 'smoke']);
  const order = async () =>
    (await client.call('listActive', {})).flatMap(({ task }) => (task.state.status === 'queued' ? task.number : []));
  const shown = () =>
    waitingRows(window)
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const same = (...numbers: number[]) => expect.poll(order).toEqual(numbers);
  await expect(waitingRows(window)).toHaveCount(4);
  const [a, b, c, d] = tasks.map(({ number }) => number) as [number, number, number, number];
  await same(a, c, b, d);
  const menuOf = (number: number) => window.getByRole('button', { name: new RegExp(`^More for #${number} `) });

  await menuOf(d).click();
  await window.getByRole('menuitem', { name: 'Move to the top' }).click();
  await same(d, a, c, b);
  await expect.poll(async () => (await shown())[0]).toContain(tasks[3]?.id);

  // The row that was moved has the focus; Alt and an arrow move it on.
  await expect(window.locator(`[data-task="${tasks[3]?.id}"]`)).toBeFocused();
  await window.keyboard.press('Alt+ArrowDown');
  await same(a, d, c, b);
  await expect(window.locator(`[data-task="${tasks[3]?.id}"]`)).toBeFocused();

  const row = waitingRows(window).nth(3);
  await row.hover();
  const from = await row.getByTitle('Drag to move').boundingBox();
  const to = await waitingRows(window).nth(0).boundingBox();
  if (!from || !to) throw new Error('The rows are not there.');
  await window.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await window.mouse.down();
  await window.mouse.move(to.x + 40, to.y + to.height / 2, { steps: 5 });
  await window.mouse.up();
  await same(b, a, d, c);

  await waitingRows(window).nth(1).getByRole('link').press('ContextMenu');
  await window.getByRole('menuitem', { name: 'Pause', exact: true }).click();
  await taskThat(client, tasks[0]?.id ?? '', ({ pausedAt }) => pausedAt !== null);
  await expect(window.getByText('Waits because it has been paused')).toBeVisible();

  await menuOf(b).click();
  await window.getByRole('menuitem', { name: 'Pause all of smoke' }).click();
  await expect(window.getByRole('status').filter({ hasText: 'smoke is paused' })).toBeVisible();
  await window.getByRole('button', { name: 'Resume smoke' }).click();
  await expect(window.getByRole('button', { name: 'Resume smoke' })).toBeHidden();

  await menuOf(c).click();
  await window.getByRole('menuitem', { name: 'Cancel' }).click();
  await ended(client, tasks[2]?.id ?? '');
});

test('a suite is scheduled by the form, run at once by its menu, and removed', async ({ home, window }) => {
  const client = await home.connect();
  const project = home.project(PROJECT);
  await window.getByRole('button', { name: 'New run' }).first().click();
  await window.getByLabel('Project', { exact: true }).fill(project);
  await window.getByRole('radio', { name: 'short', exact: true }).check({ force: true });
  await window.getByRole('radio', { name: 'Repeat', exact: true }).check({ force: true });
  await window.getByLabel('Cron pattern').fill('61 3 * * *');
  await window.getByRole('button', { name: 'Add schedule' }).click();
  await expect(window.getByRole('alert').filter({ hasText: '61 3 * * *' })).toBeVisible();
  expect(await client.call('listSchedules', {})).toEqual([]);

  await window.getByLabel('Cron pattern').fill('0 22 * * 1-5');
  await window.getByRole('checkbox', { name: /missed/ }).uncheck();
  await window.getByRole('button', { name: 'Add schedule' }).click();
  const scheduled = window.getByRole('region', { name: 'Scheduled' }).getByRole('listitem');
  await expect(scheduled).toContainText('Runs weekdays at 22:00, not if it was missed');
  expect(await client.call('listSchedules', {})).toMatchObject([{ cron: '0 22 * * 1-5', missed: 'skip', request: { category: 'short' } }]);

  await scheduled.getByRole('button', { name: /^More/ }).click();
  await window.getByRole('menuitem', { name: 'Run now' }).click();
  await expect(window.getByRole('region', { name: 'Finished' }).getByText('short', { exact: true })).toBeVisible({ timeout: 20_000 });

  await scheduled.getByRole('button', { name: /^More/ }).click();
  await window.getByRole('menuitem', { name: 'Remove the schedule' }).click();
  await expect(window.getByRole('region', { name: 'Scheduled' })).toBeHidden();
  expect(await client.call('listSchedules', {})).toEqual([]);
});

test('a start after another task, limits and retries are asked for by the form', async ({ home, window }) => {
  const { client, holder, project } = await busyQueue(home, []);
  await window.getByRole('button', { name: 'New run' }).first().click();
  await window.getByLabel('Project', { exact: true }).fill(project);
  await window.getByRole('radio', { name: 'short', exact: true }).check({ force: true });
  await window.getByLabel('CPU', { exact: true }).fill('101');
  await window.getByRole('radio', { name: 'After', exact: true }).check({ force: true });
  await window.getByLabel('Start after').selectOption(holder.id);
  await window.getByRole('checkbox', { name: /only if it passes/ }).check();
  await window.getByRole('button', { name: /More options/ }).click();
  await window.getByLabel('Waits at most').fill('30');
  await window.getByLabel('Stop after').fill('2');
  await window.getByRole('button', { name: 'Timeout', exact: true }).click();
  await window.getByRole('button', { name: 'Queue run' }).click();
  await expect(window.getByRole('alert').filter({ hasText: 'CPU is 101' })).toBeVisible();
  await window.getByLabel('CPU', { exact: true }).fill('50');
  await window.getByRole('button', { name: 'Queue run' }).click();
  await expect(waitingRows(window)).toContainText(`Waits for #${holder.number} to pass.`);
  const { task } = await client.call('getTask', { task: 'last' });
  expect(task.config).toMatchObject({
    after: [holder.id],
    afterNeeds: 'passed',
    cpuLimitPercent: 50,
    queueTimeoutMinutes: 30,
    failFast: 2,
    retryOn: ['timeout'],
  });
});

test('a window that is opened later shows what a running task wrote last', async ({ home, window }) => {
  const { client, holder } = await busyQueue(home, []);
  await expect.poll(async () => (await client.call('readLog', { task: holder.id, offset: 0 })).text).toContain('it has begun');
  await window.reload();
  await expect(window.getByRole('article')).toContainText('it has begun');
});

test('the queue is sent once as the window opens, however long it is', async ({ home, window }) => {
  const { client, project } = await busyQueue(home, ['short', 'smoke']);
  const asked: string[] = [];
  window.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => asked.push(/"method":"(\w+)"/.exec(payload.toString())?.[1] ?? '')),
  );
  await window.reload();
  await expect(waitingRows(window)).toHaveCount(2);
  await expect(window.getByRole('region', { name: 'Host' })).toContainText('1/1');
  await add(client, { project, category: 'short' });
  await expect(waitingRows(window)).toHaveCount(3);
  expect(asked.filter((method) => method === 'subscribe' || method === 'listActive' || method === 'getQueue')).toEqual(['subscribe']);
});

test('the form shows the run that tests the same already, instead of queueing another', async ({ home, window }) => {
  const client = await home.connect();
  const project = home.project(PROJECT);
  execFileSync('git', ['init', '-q'], { cwd: project });
  execFileSync('git', ['add', '.'], { cwd: project });
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.test', 'commit', '-qm', 'all'], { cwd: project });
  const { id, number } = await add(client, { project, category: 'long' });
  await window.getByRole('button', { name: 'New run' }).first().click();
  await window.getByLabel('Project', { exact: true }).fill(project);
  await window.getByRole('radio', { name: 'long', exact: true }).check({ force: true });
  await window.getByRole('checkbox', { name: /the same already/ }).check();
  await window.getByRole('button', { name: 'Queue run' }).click();
  await expect(window).toHaveURL(new RegExp(`#/runs/${id}$`));
  await expect(window.getByRole('alert')).toContainText(`#${number} tests the same`);
  expect((await client.call('listActive', {})).map(({ task }) => task.id)).toEqual([id]);
});

test('a failed attempt, its back-off and the attempt that decided are shown with limits, logs and charts of their own', async ({
  home,
  window,
}) => {
  const client = await home.connect();
  const { id } = await add(client, { project: home.project(PROJECT), category: 'again' });
  const card = window.getByRole('article');
  await expect(card).toContainText(/next attempt in \d+ s/);
  await expect(card).toContainText('attempt 1 of 2');
  await expect(card.getByRole('img', { name: /^Memory.*limit 1\.0 GB$/ })).toBeVisible();
  await card.getByRole('link').press('Enter');
  await expect(window.getByRole('list', { name: 'About the attempts' })).toContainText(/Attempt 1 failed, next attempt in \d+ s/);

  await ended(client, id, 60_000);
  await expect(window.getByRole('heading', { name: /again flaky/ })).toBeVisible();
  await expect(window.getByRole('list', { name: 'About the attempts' })).toContainText('Decided by attempt 2 of 2.');
  await window.getByRole('tab', { name: /^Attempts/ }).click();
  const attempts = window.getByRole('region', { name: 'Attempts' }).getByRole('listitem');
  await expect(attempts.nth(0)).toContainText(/failed.*no money.*exit code 1.*Memory 1 GB.*held by/s);
  await expect(attempts.nth(1)).toContainText(/passed.*decided/s);
  await window.getByRole('button', { name: 'Log of attempt 1' }).click();
  await expect(window.getByRole('log')).toContainText('the first try');
  await expect(window.getByRole('log')).not.toContainText('the second try');
});

test('the focus stays on the button when a cancelled run can be run again, and a late click on it starts nothing', async ({
  home,
  window,
}) => {
  const { client, holder } = await busyQueue(home, []);
  await window.evaluate((task) => {
    location.hash = `#/runs/${task}`;
  }, holder.id);
  const cancel = window.getByRole('button', { name: 'Cancel run' });
  await cancel.focus();
  await window.keyboard.press('Enter');
  await window.keyboard.press('Enter');
  await ended(client, holder.id);
  await expect(window.getByRole('button', { name: 'Run again' })).toBeFocused();
  expect((await client.call('listActive', {})).length).toBe(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a busy, paused queue and the form with all its options are accessible (${colorScheme})`, async ({ home, window }) => {
    const { client, project, holder } = await busyQueue(home, ['short', 'smoke']);
    await client.call('pauseQueue', { all: true });
    await client.call('addSchedule', { requestId: crypto.randomUUID(), cron: '0 3 1 * *', request: { project, category: 'short' } });
    await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const check = async (what: string, without: string[] = []) => {
      const { violations } = await new AxeBuilder({ page: window }).disableRules(without).analyze();
      expect(violations.map(({ id, nodes }) => `${what} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    };
    await expect(window.getByRole('region', { name: 'Scheduled' })).toBeVisible();
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 900, height: 600 },
    ]) {
      await window.setViewportSize(viewport);
      await check(`queue ${viewport.width}`);
      expect(await window.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    await waitingRows(window).first().click({ button: 'right' });
    await expect(window.getByRole('menu')).toBeVisible();
    await check('menu', ['region']); // it floats above all landmarks
    await window.keyboard.press('Escape');
    await window.evaluate((task) => {
      location.hash = `#/runs/${task}/attempts`;
    }, holder.id);
    await expect(window.getByRole('region', { name: 'Attempts' })).toBeVisible();
    await check('attempts');
    await window.keyboard.press('n');
    await window.getByRole('radio', { name: 'Repeat', exact: true }).check({ force: true });
    await window.getByRole('button', { name: /More options/ }).click();
    await check('form');
  });
}
