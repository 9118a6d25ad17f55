import { z } from 'zod';

/** A rectangle in screen coordinates, as Electron has them. */
export const Bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});
export type Bounds = z.infer<typeof Bounds>;

/** How much of the title bar has to be within reach, in px. */
const GRABBABLE = 48;

/** Bounds that were kept, if their title bar can still be grabbed on one of the screens that are there now. */
export function boundsOnScreen(bounds: Bounds | null, screens: readonly Bounds[]): Bounds | null {
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
