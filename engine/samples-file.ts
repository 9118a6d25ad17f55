import { Sample } from '../contract/attempt.ts';
import { NdjsonTail } from './ndjson-tail.ts';

/** Samples of an attempt, at most `points` of them: each then stands for a stretch of time, with its mean CPU and its highest memory. */
export async function readSamples(path: string, points: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const line of await new NdjsonTail(path).read()) {
    const parsed = Sample.safeParse(line);
    if (parsed.success) samples.push(parsed.data);
  }
  return thin(samples, points);
}

/** Samples that a mean needs: the first second of a program is no measure of the rest. */
const FEWEST_FOR_MEAN = 3;

/** What an attempt took: MiB at its highest, percent of one core in the mean; null where too little was sampled. */
export async function usageOf(path: string): Promise<{ peakMemoryMb: number | null; meanCpuPercent: number | null }> {
  const samples = await readSamples(path, Number.POSITIVE_INFINITY).catch(() => []);
  // RSS counts shared pages in every process: where there is PSS, it is the truth.
  const pss = samples.filter(({ memoryKind }) => memoryKind === 'pss');
  const memories = (pss.length > 0 ? pss : samples).map(({ memory }) => memory);
  const isEnough = samples.length >= FEWEST_FOR_MEAN;
  return {
    peakMemoryMb: memories.length === 0 ? null : memories.reduce((a, b) => Math.max(a, b)),
    meanCpuPercent: isEnough ? samples.reduce((sum, { cpu }) => sum + cpu, 0) / samples.length : null,
  };
}

export function thin(samples: readonly Sample[], points: number): Sample[] {
  if (samples.length <= points) return [...samples];
  const thinned: Sample[] = [];
  for (let index = 0; index < points; index += 1) {
    const stretch = samples.slice(Math.floor((index * samples.length) / points), Math.floor(((index + 1) * samples.length) / points));
    const last = stretch.at(-1);
    if (!last) continue;
    thinned.push({
      ...last,
      cpu: stretch.reduce((sum, { cpu }) => sum + cpu, 0) / stretch.length,
      memory: Math.max(...stretch.map(({ memory }) => memory)),
      processes: Math.max(...stretch.map(({ processes }) => processes)),
    });
  }
  return thinned;
}
