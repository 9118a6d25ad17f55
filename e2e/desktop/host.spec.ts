import { readHostFile } from '../../client/host-file.ts';
import { connectIfRunning } from '../../client/start-host.ts';
import { add, ended, running, until } from '../support/home.ts';
import { type Desktop, type DesktopApp, expect, patientProject, test } from './desktop.ts';

/** A client of the host that this home has now. */
async function client(desktop: Desktop) {
  const connected = await connectIfRunning(desktop.home.home, 'test');
  if (!connected) throw new Error('No host runs.');
  return connected;
}

async function startRun(desktop: Desktop) {
  const project = patientProject(desktop.home);
  const connected = await client(desktop);
  const task = await add(connected, { project: project.folder, category: 'smoke' });
  await running(connected, task.id);
  await until('the suite runs', () => desktop.home.logOf(task).includes('it runs'));
  connected.close();
  return { project, task };
}

// The apps of these tests are killed, and a trace's files with them.
test.use({ trace: 'off' });

const tooltip = (app: DesktopApp) => expect.poll(() => app.tray.tooltip());

test('the app takes over from a headless host in the middle of a run', async ({ desktop }) => {
  const headless = (await desktop.home.connect()).host;
  const { project, task } = await startRun(desktop);

  const app = await desktop.start({ args: ['--hidden'] });
  await tooltip(app).toMatch(/^1 running/);
  const host = readHostFile(desktop.home.home);
  expect([host?.mode, host?.pid]).toEqual(['app', app.pid]);
  await until('the headless host is gone', () => desktop.processes.alive().every((line) => !line.startsWith(`${headless.pid} `)));

  project.end(3);
  const connected = await client(desktop);
  expect(await ended(connected, task.id)).toMatchObject({
    verdict: 'failed',
    counts: { total: 5, failed: 3 },
    attempts: [{ end: { cause: 'exited', exitCode: 1 } }],
  });
  expect(await desktop.notification()).toMatchObject({ summary: 'smoke failed: 3 of 5 tests failed' });
});

test('an app that is killed in the middle of a run leaves the run alone, and the next one tells its end once', async ({ desktop }) => {
  const first = await desktop.start();
  await first.window();
  const { project, task } = await startRun(desktop);
  expect(desktop.processes.alive('--type=renderer')).toHaveLength(1);

  await first.kill();
  await until('no process of Chromium is left', () => desktop.processes.alive('--type=').length === 0, 5000).catch(() => {});
  expect(desktop.processes.alive('--type=')).toEqual([]);
  expect(desktop.processes.alive('suite.mjs')).toHaveLength(1);
  project.end(2);
  await until('the run is over, with no host there', () => desktop.processes.alive('suite.mjs').length === 0);

  const second = await desktop.start({ args: ['--hidden'] });
  expect(await desktop.notification()).toMatchObject({ summary: 'smoke failed: 2 of 5 tests failed' });
  const connected = await client(desktop);
  expect(await ended(connected, task.id)).toMatchObject({
    verdict: 'failed',
    counts: { total: 5, failed: 2 },
    attempts: [{ end: { cause: 'exited', exitCode: 1 } }],
  });
  expect(desktop.home.logOf(task)).toBe('it runs\n');

  await second.kill();
  const third = await desktop.start({ args: ['--hidden'] });
  await tooltip(third).toMatch(/^smoke failed at .*: 2 failed\n/);
  expect(desktop.bus.shown).toHaveLength(1);
});

test('after "Quit; running tests go on" a headless host tells the end', async ({ desktop }) => {
  const app = await desktop.start({ args: ['--hidden'] });
  const { project, task } = await startRun(desktop);
  await tooltip(app).toMatch(/^1 running/);
  await app.tray.choose('Quit; running tests go on');
  await app.gone();

  const connected = await client(desktop);
  expect(connected.host.mode).toBe('headless');
  await until('no process of Chromium is left', () => desktop.processes.alive('--type=').length === 0, 5000).catch(() => {});
  expect(desktop.processes.alive('--type=')).toEqual([]);
  project.end(0);
  expect(await ended(connected, task.id)).toMatchObject({ verdict: 'passed', state: { status: 'completed' } });
  connected.close();
});

test('"Quit and end running tests" ends them before the app, and leaves no host', async ({ desktop }) => {
  const app = await desktop.start({ args: ['--hidden'] });
  await startRun(desktop);
  await tooltip(app).toMatch(/^1 running/);
  await app.tray.choose('Quit and end running tests');
  await app.gone();
  expect(desktop.processes.alive('suite.mjs')).toEqual([]);
  expect(await connectIfRunning(desktop.home.home, 'test')).toBeNull();
});

test('a second start raises the window of the first app and ends', async ({ desktop }) => {
  const app = await desktop.start({ args: ['--hidden'] });
  expect(app.electron.windows()).toEqual([]);
  const raised = app.electron.waitForEvent('window');
  const second = desktop.launch().catch(() => null); // it ends before a debugger could attach
  await raised;
  await second;
  await expect.poll(() => desktop.processes.alive('--type=renderer').length).toBe(1);
  expect(readHostFile(desktop.home.home)?.pid).toBe(app.pid);
});

test('the queue is paused and resumed from the tray, and the window shows it', async ({ desktop }) => {
  const app = await desktop.start();
  const idle = await app.tray.icon();
  const page = await app.window();
  await app.tray.choose('Pause the queue');
  await expect.poll(() => app.tray.tooltip()).toBe('Paused');
  await expect(page.getByText('The queue is paused.')).toBeVisible();
  expect(await app.tray.icon()).not.toBe(idle);

  const client = await connectIfRunning(desktop.home.home, 'test');
  if (!client) throw new Error('No host runs.');
  const { folder, end } = patientProject(desktop.home);
  const task = await add(client, { project: folder, category: 'smoke' });
  await expect.poll(() => app.tray.tooltip()).toBe('Paused: 1 waiting');
  await expect.poll(async () => (await app.tray.labels())[0]).toBe('Paused: 1 waiting');

  await app.tray.choose('Resume the queue');
  await expect.poll(() => app.tray.tooltip()).toMatch(/^1 running/);
  end(0);
  await ended(client, task.id);
  client.close();
});
