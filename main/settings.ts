import Store from 'electron-store';
import { z } from 'zod';

/** Of a rectangle in screen coordinates, as Electron has them. */
const Bounds = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int().min(1), height: z.number().int().min(1) });
export type Bounds = z.infer<typeof Bounds>;

export const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

/** What is this window's own; the host's settings are elsewhere. Anything that does not fit counts as never set. */
const WindowSettings = z.object({
  bounds: Bounds.nullable().catch(null),
  maximized: z.boolean().catch(false),
  theme: Theme.catch('system'),
});
export type WindowSettings = z.infer<typeof WindowSettings>;

export interface SettingsStore {
  get(): WindowSettings;
  set(changes: Partial<WindowSettings>): void;
}

/** Settings kept in `<folder>/window.json`. */
export function windowSettings(folder: string): SettingsStore {
  const store = new Store<Partial<WindowSettings>>({ cwd: folder, name: 'window', clearInvalidConfig: true });
  return {
    get: () => WindowSettings.parse(store.store),
    set: (changes) => store.set(changes),
  };
}

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

const GRABBABLE = 48;

/** Bounds that were kept, if their title bar can still be grabbed on one of the screens that are there now. */
export function boundsOnScreen(bounds: Bounds | null, screens: readonly Area[]): Bounds | null {
  if (!bounds) return null;
  const reachable = screens.some(
    (screen) =>
      bounds.x + bounds.width > screen.x + GRABBABLE &&
      bounds.x < screen.x + screen.width - GRABBABLE &&
      bounds.y >= screen.y - GRABBABLE / 2 &&
      bounds.y < screen.y + screen.height - GRABBABLE,
  );
  return reachable ? bounds : null;
}
