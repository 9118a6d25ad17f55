import { BrowserWindow, nativeTheme, screen } from 'electron';
import { ORIGIN } from './app-protocol.ts';
import { boundsOnScreen } from './bounds.ts';
import { WEB_PREFERENCES } from './security.ts';
import type { SettingsStore } from './settings.ts';

export const MIN_SIZE = { width: 900, height: 600 } as const;
const FIRST_SIZE = { width: 1280, height: 800 } as const;
/** The main surface's colour in both themes, so that nothing flashes before the page is drawn. */
const BACKGROUND = { light: '#ffffff', dark: '#16181c' } as const;

export interface WindowOptions {
  settings: SettingsStore;
  preload: string;
  icon: string;
  /** A window was made; its page is not loaded yet. */
  onCreated(window: BrowserWindow): void;
}

export interface AppWindow {
  /** Raises the window, makes it if there is none, and goes to a page such as `/runs/task_…`. */
  show(page?: string | null): void;
  /** Loads the page anew, where there is a window. */
  reload(): void;
}

/** The one window: made when it is asked for, destroyed when it is closed, so that the tray alone costs no renderer. */
export function appWindow({ settings, preload, icon, onCreated }: WindowOptions): AppWindow {
  let window: BrowserWindow | null = null;

  const create = (page: string) => {
    const { bounds, maximized } = settings.get();
    const created = new BrowserWindow({
      ...FIRST_SIZE,
      ...boundsOnScreen(
        bounds,
        screen.getAllDisplays().map(({ workArea }) => workArea),
      ),
      minWidth: MIN_SIZE.width,
      minHeight: MIN_SIZE.height,
      show: false,
      title: 'Background E2E Agent',
      icon,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: { ...WEB_PREFERENCES, preload },
    });
    window = created;
    created.once('ready-to-show', () => {
      if (maximized) created.maximize();
      created.show();
    });
    // Before it is closed: a destroyed window has no bounds.
    created.on('close', () => settings.set({ bounds: created.getNormalBounds(), maximized: created.isMaximized() }));
    created.on('closed', () => {
      window = null;
    });
    onCreated(created);
    load(created, page);
  };

  return {
    show(page = null) {
      if (!window) return create(page ?? '/queue');
      if (page !== null) load(window, page);
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    reload() {
      window?.webContents.reload();
    },
  };
}

function load(window: BrowserWindow, page: string): void {
  // Only another hash on a loaded page navigates within it. The promise rejects where a newer load took its place.
  window.loadURL(`${ORIGIN}/index.html#${page}`).catch((error: unknown) => console.warn(String(error)));
}
