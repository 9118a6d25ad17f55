import { isDeepStrictEqual } from 'node:util';
import type { TrayIcon, TrayMenuItem, TrayState } from './tray-state.ts';

/** Where a state is shown; each call costs a message on the session bus. */
export interface TraySurface {
  setIcon(icon: TrayIcon): void;
  setTooltip(text: string): void;
  setMenu(items: TrayMenuItem[]): void;
}

const AT_MOST_EVERY_MS = 1000;

/** Shows states on a surface: only what changed, and at most once a second, the last state always. */
export function trayUpdates(surface: TraySurface): { show(state: TrayState): void; again(): void; stop(): void } {
  let shown: TrayState | null = null;
  let wanted: TrayState | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const apply = () => {
    if (!wanted) return;
    const state = wanted;
    wanted = null;
    if (!isDeepStrictEqual(state.icon, shown?.icon)) surface.setIcon(state.icon);
    if (state.tooltip !== shown?.tooltip) surface.setTooltip(state.tooltip);
    if (!isDeepStrictEqual(state.menu, shown?.menu)) surface.setMenu(state.menu);
    shown = state;
    timer = setTimeout(() => {
      timer = null;
      apply();
    }, AT_MOST_EVERY_MS);
  };

  return {
    show(state) {
      wanted = state;
      // A host that is there at last is worth no waiting.
      if (timer !== null && shown?.icon.kind === 'no-host' && state.icon.kind !== 'no-host') {
        clearTimeout(timer);
        timer = null;
      }
      if (timer === null) apply();
    },
    /** The bar changed its colours: the same icon looks different now. */
    again() {
      if (shown) surface.setIcon(shown.icon);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      wanted = null;
    },
  };
}
