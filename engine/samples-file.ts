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
