import { TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { inApp } from '../agent.ts';
import { useNow } from '../stores/clock.ts';
import { useNotice } from '../stores/notice.ts';
import { useQueue } from '../stores/queue.ts';

/** After this long a host that was started anew may need a new address. */
const LONG_MS = 15_000;

/** What is wrong with the connection, quietly: everything that is shown stays. */
export function ConnectionBanner() {
  const lost = useQueue((state) => state.connection === 'lost');
  return lost ? <Lost /> : null;
}

function Lost() {
  const now = useNow();
  const lostAt = useQueue((state) => state.lostAt);
  const long = lostAt !== null && now - lostAt > LONG_MS;
  return (
    <div className="banner" role="status">
      <TriangleAlert className="icon icon--s" />
      <span>
        The host does not answer. Trying again…
        {long && !inApp() && (
          <>
            {' '}
            If it was started anew, open this page by <code>bge2e open --web</code>.
          </>
        )}
      </span>
    </div>
  );
}

const DISMISSED = 'bge2e.dismissed';

/** What the host wants its user to know of this home, such as a database that was set aside, until it is closed. */
export function HostBanner() {
  const warnings = useQueue((state) => state.host?.warnings);
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(DISMISSED) ?? '');
  if (warnings === undefined || warnings.length === 0 || warnings.join('\n') === dismissed) return null;
  const dismiss = () => {
    localStorage.setItem(DISMISSED, warnings.join('\n'));
    setDismissed(warnings.join('\n'));
  };
  return (
    <section className="banner" aria-label="Warnings of the host">
      <TriangleAlert className="icon icon--s" />
      <span className="grow banner__text">
        {warnings.map((warning) => (
          <span key={warning}>{warning}</span>
        ))}
      </span>
      <CloseButton onClose={dismiss} />
    </section>
  );
}

/** A sentence about something that did not work. */
export function NoticeBanner() {
  const text = useNotice((state) => state.text);
  if (text === null) return null;
  return (
    <div className="banner" role="alert">
      <TriangleAlert className="icon icon--s" />
      <span className="grow">{text}</span>
      <CloseButton onClose={() => useNotice.setState({ text: null })} />
    </div>
  );
}

function CloseButton({ onClose }: { onClose(): void }) {
  return (
    <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label="Close" onClick={onClose}>
      <X className="icon icon--s" />
    </button>
  );
}
