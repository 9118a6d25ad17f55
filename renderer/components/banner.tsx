import { TriangleAlert, X } from 'lucide-react';
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

/** A sentence about something that did not work. */
export function NoticeBanner() {
  const text = useNotice((state) => state.text);
  if (text === null) return null;
  return (
    <div className="banner" role="alert">
      <TriangleAlert className="icon icon--s" />
      <span className="grow">{text}</span>
      <button
        type="button"
        className="btn btn--quiet btn--icon btn--s"
        aria-label="Close"
        onClick={() => useNotice.setState({ text: null })}
      >
        <X className="icon icon--s" />
      </button>
    </div>
  );
}
