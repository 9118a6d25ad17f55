import Store from 'electron-store';
import { z } from 'zod';
import { Bounds } from './bounds.ts';

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
