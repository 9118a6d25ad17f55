import { spanWords } from '../../format/units.ts';

/** Longer than usual by this factor is worth a colour. */
const LONG = 1.3;

/** How long a run took, beside the tick at what is usual for its suite; twice that fills the bar. */
export function VersusUsual({ took, usual }: { took: number | null; usual: number | null }) {
  if (took === null || usual === null || usual <= 0) return null;
  const share = Math.min(1, took / (2 * usual));
  return (
    <span className="usual" role="img" aria-label={`usual ${spanWords(usual)}`} title={`usual ${spanWords(usual)}`}>
      <i className={took > LONG * usual ? 'is-long' : undefined} style={{ width: `${share * 100}%` }} />
      <u />
    </span>
  );
}
