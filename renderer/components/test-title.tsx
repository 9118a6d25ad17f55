import type { KnownTest } from '../../contract/insights.ts';
import { stripAnsi } from '../log/ansi.ts';

/** A test's name behind its describe blocks, in one line; the whole of it and its file stand in the tooltip. */
export function TestTitle({ test }: { test: Pick<KnownTest, 'title' | 'file' | 'browser'> }) {
  const parts = stripAnsi(test.title).split(' › ');
  return (
    <span className="cut" title={[test.file, test.title].filter((part) => part !== null).join(' › ')}>
      {parts.length > 1 && <span className="t3">{parts.slice(0, -1).join(' › ')} › </span>}
      {parts.at(-1)}
      {test.browser !== null && <span className="t3"> ({test.browser})</span>}
    </span>
  );
}
