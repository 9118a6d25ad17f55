import { join } from 'node:path';
import { type NativeImage, nativeImage, nativeTheme } from 'electron';
import type { TrayIcon } from './tray-state.ts';

type Colours = 'template' | 'light' | 'dark';

/** Where an icon lies in its sheet, as scripts/icons.mjs draws it. */
function cellOf(icon: TrayIcon): { column: number; row: number } {
  switch (icon.kind) {
    case 'running':
      return { column: icon.percent / 5, row: 0 };
    case 'running-failed':
      return { column: icon.percent / 5, row: 1 };
    case 'idle':
      return { column: 0, row: 2 };
    case 'failed':
      return { column: 1, row: 2 };
    case 'no-host':
      return { column: 2, row: 2 };
    case 'paused':
      return { column: 3, row: 2 };
  }
}

/** Images for the tray, cut out of the sheets in `folder`; each is made once. */
export function trayIcons(folder: string): (icon: TrayIcon) => NativeImage {
  const sheets = new Map<string, NativeImage>();
  const images = new Map<string, NativeImage>();
  const sheet = (colours: Colours, size: number) => {
    const name = `${colours}-${size}.png`;
    const image = sheets.get(name) ?? nativeImage.createFromPath(join(folder, name));
    sheets.set(name, image);
    return image;
  };

  return (icon) => {
    const colours = coloursOfBar();
    const { column, row } = cellOf(icon);
    const name = `${colours} ${column} ${row}`;
    const known = images.get(name);
    if (known) return known;
    // Linux bars are 22 px high, the others want 16 px; each with twice the pixels for dense screens.
    const size = process.platform === 'linux' ? 22 : 16;
    const image = nativeImage.createEmpty();
    for (const scaleFactor of [1, 2]) {
      const pixels = size * scaleFactor;
      const cut = sheet(colours, pixels).crop({ x: column * pixels, y: row * pixels, width: pixels, height: pixels });
      image.addRepresentation({ scaleFactor, width: pixels, height: pixels, buffer: cut.toPNG() });
    }
    if (colours === 'template') image.setTemplateImage(true);
    images.set(name, image);
    return image;
  };
}

/** On macOS the system tints; elsewhere the bar's brightness is the best guess that the system offers. */
function coloursOfBar(): Colours {
  if (process.platform === 'darwin') return 'template';
  // GNOME's top bar is dark in its light theme too.
  if (
    process.platform === 'linux' &&
    /GNOME|Unity/i.test(process.env.XDG_CURRENT_DESKTOP ?? process.env.ORIGINAL_XDG_CURRENT_DESKTOP ?? '')
  )
    return 'dark';
  return (nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ?? nativeTheme.shouldUseDarkColors) ? 'dark' : 'light';
}
