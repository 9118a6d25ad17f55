import type { Segment } from './ansi.ts';

export interface MarkedSegment extends Segment {
  marked: boolean;
}

/** Cuts segments where `text` begins and ends in them, whatever its case and over how many segments it goes. */
export function markText(segments: readonly Segment[], text: string): MarkedSegment[] {
  const wanted = text.toLowerCase();
  const whole = segments
    .map((segment) => segment.text)
    .join('')
    .toLowerCase();
  const hits: [from: number, to: number][] = [];
  if (wanted !== '')
    for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length)) hits.push([at, at + wanted.length]);
  if (hits.length === 0) return segments.map((segment) => ({ ...segment, marked: false }));

  let begin = 0;
  return segments.flatMap((segment) => {
    const end = begin + segment.text.length;
    const borders = [begin, ...hits.flat().filter((at) => at > begin && at < end), end];
    const parts = borders.slice(1).map((to, index): MarkedSegment => {
      const from = borders[index] ?? begin;
      return {
        ...segment,
        text: segment.text.slice(from - begin, to - begin),
        marked: hits.some(([first, last]) => from >= first && to <= last),
      };
    });
    begin = end;
    return parts;
  });
}
