import type { Outcome } from '../../contract/status.ts';
import { outcomeWord } from '../format/words.ts';

export type GlyphName = Exclude<Outcome, 'running'> | 'skipped';

interface GlyphProps {
  name: GlyphName;
  /** `s` is 12 px, `l` is 28 px, else 16 px. */
  size?: 's' | 'l';
  /** Silent where the words beside it say the same. */
  silent?: boolean;
}

/** The mark of a verdict: weight grows with what needs somebody. Passed is a thin ring, failed a solid square. */
export function Glyph({ name, size, silent = false }: GlyphProps) {
  const label = silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name === 'skipped' ? 'skipped' : outcomeWord(name) };
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label or is hidden.
    <svg className={`glyph glyph--${name}${size ? ` glyph--${size}` : ''}`} viewBox="0 0 16 16" {...label}>
      <Shape name={name} />
    </svg>
  );
}

function Shape({ name }: { name: GlyphName }) {
  switch (name) {
    case 'passed':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeWidth="1.5" />
          <path d="m5.3 8.2 1.9 1.9 3.6-4" stroke="currentColor" strokeWidth="1.6" />
        </>
      );
    case 'failed':
      return (
        <>
          <rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="currentColor" />
          <path d="m5.6 5.6 4.8 4.8M10.4 5.6l-4.8 4.8" stroke="var(--glyph-ink)" strokeWidth="1.7" />
        </>
      );
    case 'timeout':
      return (
        <>
          <rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="currentColor" />
          <path d="M8 4.6V8l2.3 1.6" stroke="var(--glyph-ink)" strokeWidth="1.6" />
        </>
      );
    case 'flaky':
      return (
        <>
          <rect x="3" y="3" width="10" height="10" rx="1.6" transform="rotate(45 8 8)" fill="currentColor" />
          <path d="M4.7 8.9c.9-1.7 2.1-1.8 3.3-.9s2.4.8 3.3-.9" stroke="var(--glyph-ink)" strokeWidth="1.6" />
        </>
      );
    case 'none':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.6 2.31" />
          <path d="M5.75 8h4.5" stroke="currentColor" strokeWidth="1.6" />
        </>
      );
    case 'cancelled':
    case 'skipped':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeWidth="1.5" />
          <path d="m4 12 8-8" stroke="currentColor" strokeWidth="1.5" />
        </>
      );
    case 'queued':
      return <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeWidth="1.5" />;
  }
}

/** A running task: a ring that fills clockwise. `share` is 0 to 1, null while nobody knows how many tests there are. */
export function RunningRing({ share }: { share: number | null }) {
  const length = 2 * Math.PI * 12.5;
  return (
    <svg
      width="28"
      height="28"
      viewBox="0 0 28 28"
      role="img"
      aria-label={share === null ? 'running' : `running, ${Math.round(share * 100)} %`}
    >
      <circle cx="14" cy="14" r="12.5" fill="none" stroke="var(--track)" strokeWidth="3" />
      {share !== null && share > 0 && (
        <circle
          cx="14"
          cy="14"
          r="12.5"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="3"
          strokeDasharray={`${share * length} ${length}`}
          transform="rotate(-90 14 14)"
        />
      )}
    </svg>
  );
}
