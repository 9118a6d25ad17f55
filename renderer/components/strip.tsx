import { placed } from '../format/placed.ts';

const WORDS: Readonly<Record<string, string>> = { p: 'passed', f: 'failed', k: 'was flaky', s: 'was skipped' };
/** Places that a strip has. */
const LENGTH = 30;

/** How a test did in its last runs, the newest at the right: failed is the tallest, passed the lowest. */
export function Strip({ outcomes }: { outcomes: string }) {
  return (
    <span className="strip" role="img" aria-label={stripWords(outcomes)} title={stripWords(outcomes)}>
      {placed(outcomes.slice(-LENGTH)).map(({ item, place }) => (
        <i key={place} className={item} />
      ))}
    </span>
  );
}

/** `failed in 3, was flaky in 1, passed in 26 of the last 30 runs`. */
export function stripWords(outcomes: string): string {
  const parts = ['f', 'k', 'p', 's'].flatMap((letter) => {
    const n = outcomes.split(letter).length - 1;
    return n > 0 ? `${WORDS[letter]} in ${n}` : [];
  });
  return outcomes.length === 1 ? 'its first run' : `${parts.join(', ')} of its last ${outcomes.length} runs`;
}
