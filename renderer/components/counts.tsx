import type { TestCounts } from '../../contract/result.ts';
import type { Outcome } from '../../contract/status.ts';
import { Glyph } from './glyph.tsx';

/** The tests of an ended run as a bar: failed is the tallest part, flaky the middle one, passed the lowest. */
export function TestsBar({ counts }: { counts: TestCounts | null }) {
  if (counts === null || counts.total === 0) {
    return (
      <span className="tests" role="img" aria-label="no tests">
        <i className="x" style={{ flex: '1 1 0' }} />
      </span>
    );
  }
  const { passed, failed, flaky, skipped, total } = counts;
  const parts: [kind: string, n: number][] = [
    ['', passed - flaky],
    ['f', failed],
    ['k', flaky],
    ['s', skipped],
    ['x', total - passed - failed - skipped],
  ];
  return (
    <span className="tests" role="img" aria-label={`${passed} passed, ${failed} failed, ${flaky} flaky, ${skipped} skipped`}>
      {parts.map(([kind, n]) => (n > 0 ? <i key={kind} className={kind} style={{ flex: `${n} 1 0` }} /> : null))}
    </span>
  );
}

/** The numbers beside that bar: what needs somebody first, then how many there were. */
export function TestNumbers({ counts, outcome }: { counts: TestCounts | null; outcome: Outcome }) {
  if (counts === null || counts.total === 0) return <span className="nums">{outcome === 'none' ? 'no results' : 'none'}</span>;
  const ran = counts.passed + counts.failed;
  const whole = outcome === 'cancelled' || outcome === 'timeout' ? ran === counts.total : true;
  const bad = counts.failed > 0 || counts.flaky > 0;
  return (
    <span className="nums">
      {counts.failed > 0 && (
        <span className="is-fail">
          <Glyph name="failed" size="s" />
          {counts.failed}
        </span>
      )}
      {counts.flaky > 0 && (
        <span className="is-flaky">
          <Glyph name="flaky" size="s" />
          {counts.flaky}
        </span>
      )}
      <span>{bad ? `of ${counts.total}` : whole ? counts.total : `${ran} of ${counts.total}`}</span>
    </span>
  );
}
