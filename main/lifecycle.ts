import type { App, BrowserWindow, PowerMonitor } from 'electron';
import { outliveLostOutput } from '../host/lost-output.ts';
import { isShuttingDown } from '../supervisor/shutdown.ts';

/** A dialog would hang a program that nobody watches: a defect ends it, and tests that run survive that. A line that nobody takes is none. */
export function endOnDefect(app: App): void {
  outliveLostOutput();
  process.on('uncaughtException', (error) => {
    console.error(error);
    app.exit(1);
  });
}

/**
 * What the system asks of the app: to show itself, and to end (a signal, the end of the session). `shutdown` is told by logind on Linux and by
 * macOS; held up, the system waits for a few seconds. A signal is all that other Linux systems send, so it is looked what it means.
 */
export function listenToSystem(
  app: App,
  power: Pick<PowerMonitor, 'on'>,
  show: () => void,
  quit: (tasks: 'keep' | 'shutdown') => void,
): void {
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {}); // the tray stays
  app.on('before-quit', async (event) => {
    event.preventDefault();
    quit((await isShuttingDown()) ? 'shutdown' : 'keep');
  });
  // Electron hands over an event that its types leave out; its documentation names preventDefault.
  power.on('shutdown', (...[event]: unknown[]) => {
    if (isPreventable(event)) event.preventDefault();
    quit('shutdown');
  });
}

const isPreventable = (event: unknown): event is { preventDefault(): void } =>
  typeof event === 'object' && event !== null && 'preventDefault' in event && typeof event.preventDefault === 'function';

/** Windows tells the end of the session to windows alone: without one, tests end there as the system ends them. */
export function endWithSession(window: BrowserWindow, quit: () => void): void {
  if (process.platform === 'win32') window.on('session-end', quit);
}
