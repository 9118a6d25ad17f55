import { app, Menu, type MenuItemConstructorOptions, nativeTheme } from 'electron';
import type { SettingsStore, Theme } from './settings.ts';

const THEMES: { theme: Theme; label: string }[] = [
  { theme: 'system', label: 'As the system' },
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
];

/** The window's menu: what a page cannot do by itself. Also sets the theme that was kept. */
export function applicationMenu(settings: SettingsStore, open: (page: string) => void, quit: () => void): void {
  nativeTheme.themeSource = settings.get().theme;
  const choose = (theme: Theme) => {
    nativeTheme.themeSource = theme;
    settings.set({ theme });
  };
  // Not the role: that ends the app as a signal does, without a question.
  const quitItem: MenuItemConstructorOptions = { label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: quit };
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [macAppMenu(quitItem)] : []),
    {
      label: 'File',
      submenu: [
        { label: 'New Run…', accelerator: 'CmdOrCtrl+N', click: () => open('/new') },
        { type: 'separator' },
        { role: 'close' },
        ...(process.platform === 'darwin' ? [] : [quitItem]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...THEMES.map(
          ({ theme, label }) => ({ type: 'radio', label, checked: nativeTheme.themeSource === theme, click: () => choose(theme) }) as const,
        ),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function macAppMenu(quitItem: MenuItemConstructorOptions): MenuItemConstructorOptions {
  const separator = { type: 'separator' } as const;
  return {
    label: app.name,
    submenu: [{ role: 'about' }, separator, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, separator, quitItem],
  };
}
