import { join } from 'node:path';
import { app, ipcMain, powerMonitor, protocol, session } from 'electron';
import { followHost } from '../client/follow.ts';
import { homeFolder } from '../client/home.ts';
import { connectIfRunning } from '../client/start-host.ts';
import { VERSION } from '../client/version.ts';
import { startHost } from '../host/host.ts';
import { SCHEME, servePages } from './app-protocol.ts';
import { askAboutTasks } from './ask-about-tasks.ts';
import { goOnHeadless } from './go-on-headless.ts';
import { hostLink } from './host-link.ts';
import { serveWindow } from './ipc.ts';
import { endOnDefect, endWithSession, listenToSystem } from './lifecycle.ts';
import { applicationMenu } from './menu.ts';
import { systemNotifications } from './notifications/notifications.ts';
import { placesOf } from './places.ts';
import { quitter } from './quit.ts';
import { declareScheme, denyNavigation, denyPermissions } from './security.ts';
import { windowSettings } from './settings.ts';
import { followIntoTray } from './tray/follow-into-tray.ts';
import { trayIcons } from './tray/icons.ts';
import { appTray } from './tray/tray.ts';
import { appWindow } from './window.ts';

// Before anything else: Electron's single-instance lock lies in this folder, so there is one app for each home.
const home = homeFolder();
app.setPath('userData', join(home, 'app'));

endOnDefect(app);
declareScheme(protocol);
denyNavigation(app);
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.exit(0); // the first one raises its window

function start(): void {
  const places = placesOf(app.getAppPath(), home, VERSION);
  const icon = join(places.assets, 'icons', '256x256.png');
  const settings = windowSettings(app.getPath('userData'));
  denyPermissions(session.defaultSession, app.getPath('downloads'));
  protocol.handle(SCHEME, servePages(places.renderer));

  const window = appWindow({
    settings,
    preload: places.preload,
    icon,
    onCreated: (created) => {
      serveWindow(ipcMain, created.webContents, (connection) => void link.serve(connection));
      endWithSession(created, () => void quit('shutdown'));
    },
  });
  const notify = systemNotifications(icon, window.show);
  applicationMenu(settings, window.show, () => void quit('ask'));
  // First of all: the page is loaded while the host starts.
  if (!process.argv.includes('--hidden')) window.show();

  const link = hostLink({
    version: VERSION,
    startOwn: async () =>
      startHost({
        home,
        mode: 'app',
        version: VERSION,
        ...(await places.runtime()),
        rendererFolder: places.renderer,
        showWindow: window.show,
        onNotice: notify,
        onClosed: () => hostClosed(),
      }),
    findOther: () => connectIfRunning(home, 'app'),
    onOtherApp: () => app.exit(0),
    onOtherHost: window.reload,
  });

  const tray = appTray(trayIcons(join(places.assets, 'tray')), (action) => {
    switch (action.do) {
      case 'quit':
        return void quit(action.tasks);
      case 'pause':
        return void follower.setPaused(action.paused).catch((error) => console.warn(String(error)));
      case 'open':
        return window.show(action.page);
    }
  });
  const follower = followIntoTray(
    (options) => followHost({ ...options, connect: link.connect }),
    tray.show,
    () => link.notice,
  );

  const { quit, hostClosed } = quitter({
    link,
    hasWork: () => follower.facts().active.length > 0,
    goOnHeadless: async () => goOnHeadless(home, await places.runtime()),
    cancelElsewhere: follower.cancelAll,
    ask: () => askAboutTasks(follower.facts()),
    exit: () => {
      follower.stop();
      tray.destroy();
      app.exit(0);
    },
  });

  listenToSystem(
    app,
    powerMonitor,
    () => window.show(),
    (tasks) => void quit(tasks),
  );
}
