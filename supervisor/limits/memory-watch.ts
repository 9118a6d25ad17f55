import type { MemoryReading } from '../memory-gauge.ts';
import { programOf } from '../proc.ts';
import type { LimitMeans } from './means.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
/** One reading may catch a moment between two processes; two in a row mean it. */
const READINGS = 2;

/** Ends the attempt when its tree was over the limit at two looks in a row. */
export const memoryWatch: LimitMeans = {
  name: 'memory-watch',
  kind: 'memory',
  tryApply({ memoryGb }, { platform }) {
    if (memoryGb === null) return { reason: 'no memory limit is set' };
    const limit = memoryGb * GIB;
    return {
      hold: ({ exceeded }) => {
        let over = 0;
        return {
          onMemory: (reading) => {
            over = reading.bytes > limit ? over + 1 : 0;
            if (over >= READINGS) exceeded(sentenceOf(limit, reading));
          },
        };
      },
      ...(platform === 'linux' ? {} : { exceptThat: `on ${platform} only the first process of the tests is measured` }),
    };
  },
};

function sentenceOf(limit: number, { largest }: MemoryReading): string {
  return `memory limit exceeded (${amount(limit)}; the largest was ${programOf(largest)}, ${amount(largest.bytes)})`;
}

/** `2.9 GiB`, `300 MiB`. */
function amount(bytes: number): string {
  return bytes >= GIB ? `${Math.round((bytes / GIB) * 10) / 10} GiB` : `${Math.round(bytes / MIB)} MiB`;
}
