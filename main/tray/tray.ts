import { Menu, type NativeImage, nativeTheme, Tray } from 'electron';
import type { TrayAction, TrayIcon, TrayState } from './tray-state.ts';
import { trayUpdates } from './tray-updates.ts';

export interface AppTray {
  show(state: TrayState): void;
  destroy(): void;
}

/** The icon in the system's bar. A click opens the window; what the menu asks for goes to `onAction`. */
export function appTray(icons: (icon: TrayIcon) => NativeImage, onAction: (action: TrayAction) => void): AppTray {
  const tray = new Tray(icons({ kind: 'no-host' }));
  tray.on('click', () => onAction({ do: 'open', page: null }));
  const updates = trayUpdates({
    setIcon: (icon) => tray.setImage(icons(icon)),
    setTooltip: (text) => tray.setToolTip(text),
    setMenu: (items) =>
      tray.setContextMenu(
        Menu.buildFromTemplate(
          items.map((item) => {
            if (item === null) return { type: 'separator' };
            const { label, action } = item;
            // An ampersand would underline the letter after it.
            return { label: label.replaceAll('&', '&&'), enabled: action !== null, click: () => action && onAction(action) };
          }),
        ),
      ),
  });
  nativeTheme.on('updated', updates.again);
  return {
    show: updates.show,
    destroy() {
      updates.stop();
      nativeTheme.off('updated', updates.again);
      tray.destroy();
    },
  };
}
