import { join } from 'node:path';
import { _electron } from 'playwright';
import { TestHome, until } from '../e2e/support/home.ts';
import { type Figure, figure } from './figure.ts';
import { pss, treeOf } from './processes.ts';

const root = join(import.meta.dirname, '..');
const RUNS = 5;

/** The desktop app's start and memory; nothing where there is no display. */
export async function appFigures(): Promise<Figure[]> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    console.log('There is no display, so the app is not measured.');
    return [];
  }
  const starts: number[] = [];
  const withWindow: number[] = [];
  const trayOnly: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await using home = new TestHome();
    const env = Object.fromEntries(
      Object.entries({ ...process.env, BGE2E_HOME: home.home }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const begun = performance.now();
    const app = await _electron.launch({ args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root], cwd: root, env });
    const page = app.windows()[0] ?? (await app.waitForEvent('window'));
    await page.getByRole('button', { name: 'New run' }).first().waitFor();
    starts.push(performance.now() - begun);
    const pid = app.process().pid ?? 0;
    const total = () => treeOf(pid).reduce((sum, one) => sum + pss(one), 0);
    withWindow.push(total());
    const processes = treeOf(pid).length;
    await page.close();
    await until('the window’s process has gone', () => treeOf(pid).length < processes);
    trayOnly.push(total());
    process.kill(pid, 'SIGKILL');
    await app.waitForEvent('close');
  }
  return [
    figure('start of the app → window ready to use', 'ms', starts),
    figure('app with window, all processes', 'MiB', withWindow),
    figure('app with tray only, all processes', 'MiB', trayOnly),
  ];
}
