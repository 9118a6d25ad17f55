import { z } from 'zod';

/** What an attempt's log takes of the disk where nobody says otherwise. */
export const DEFAULT_LOG_CAP_MB = 64;

/** Bytes of a log that were not kept: from the first offset up to, not including, the second. */
export const Dropped = z.object({ from: z.number().int(), to: z.number().int() });
export type Dropped = z.infer<typeof Dropped>;

/** Bytes for people, in decimal units: `812 bytes`, `64.0 MB`, `1.2 GB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** What stands in the place of dropped output, on a line of its own. */
export const droppedText = ({ from, to }: Dropped): string => `\n[… ${bytesText(to - from)} of output were dropped here …]\n`;
