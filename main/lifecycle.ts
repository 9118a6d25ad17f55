import type { App } from 'electron';

/** A dialog would hang a program that nobody watches: a defect ends it, and tests that run survive that. */
export function endOnDefect(app: App): void {
  process.on('uncaughtException', (error) => {
    console.error(error);
    app.exit(1);
  });
}

/** What the system asks of the app: to show itself, and to end (a signal, the end of the session, the menu's Quit). */
export function listenToSystem(app: App, show: () => void, quit: () => void): void {
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {}); // the tray stays
  app.on('before-quit', (event) => {
    event.preventDefault();
    quit();
  });
}
