import type { Quarantine } from '../../../contract/insights.ts';
import { dayWords, QuarantineMenu } from '../../components/quarantine-menu.tsx';
import { TestTitle } from '../../components/test-title.tsx';

/** The project's quarantine list: what is in it, until when, and why. Nothing where it is empty. */
export function InQuarantine({ project, quarantine: { entries, path, problem } }: { project: string; quarantine: Quarantine }) {
  if (entries.length === 0 && problem === null) return null;
  return (
    <section className="insight insight--wide" aria-label="In quarantine">
      <header className="insight__head">
        <h2>In quarantine</h2>
        <span className="t3">{entries.length}</span>
        <span className="grow" />
        <span className="small t3 cut" title={path}>
          {path.split(/[/\\]/).at(-1)}
        </span>
      </header>
      {problem !== null && <p className="insight__none is-fail">Nothing is in quarantine: {problem}</p>}
      <ul>
        {entries.map(({ test, file = null, until, reason, isExpired }) => (
          <li key={`${file} ${test}`} className="insight__row insight__row--held">
            <TestTitle test={{ title: test, file, browser: null }} />
            <span className="small t3 cut" title={reason ?? undefined}>
              {reason}
            </span>
            <span className={isExpired ? 'small is-flaky' : 'small t3'}>
              {isExpired ? `over since ${dayWords(until)}: it counts again` : `its failures make no verdict`}
            </span>
            <QuarantineMenu project={project} test={{ title: test, file }} until={until} />
          </li>
        ))}
      </ul>
    </section>
  );
}
