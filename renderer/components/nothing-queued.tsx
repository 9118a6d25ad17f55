import { Play, Terminal } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SuiteInfo } from '../../contract/views.ts';
import { call, sentenceOf } from '../agent.ts';
import { useNotice } from '../stores/notice.ts';
import { useQueue } from '../stores/queue.ts';
import { queueTask } from '../stores/submit.ts';
import { CopyButton } from './buttons.tsx';

interface Offer {
  project: string;
  projectName: string;
  suite: SuiteInfo;
}

const MOST_PROJECTS = 3;
const MOST_OFFERS = 5;

/** The empty queue: what could be run, and how it is done from a terminal. */
export function NothingQueued() {
  const offers = useOffers();
  const first = offers[0];
  const command = `bge2e add ${first?.suite.category ?? 'e2e'}`;
  const run = async ({ project, suite }: Offer) => {
    try {
      await queueTask({ project, category: suite.category });
    } catch (error) {
      useNotice.setState({ text: sentenceOf(error) });
    }
  };
  return (
    <div className="empty">
      <div>
        <h2>Nothing is queued</h2>
        <p>Queue a suite and go on working. You hear from it when something fails.</p>
      </div>
      {offers.length > 0 && (
        <div>
          <span className="empty__cap">Found in your projects</span>
          <ul className="offer">
            {offers.map((offer) => (
              <li key={`${offer.project} ${offer.suite.category}`}>
                <b className="label cut">{offer.suite.category}</b>
                <span className="t2 cut">
                  {offer.projectName} <span className="small t3">{offer.suite.commandLine}</span>
                </span>
                <button
                  type="button"
                  className="btn btn--s"
                  aria-label={`Run ${offer.suite.category} of ${offer.projectName}`}
                  onClick={() => run(offer)}
                >
                  <Play className="icon icon--s" />
                  Run
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <span className="empty__cap">
          {offers.length > 0 ? 'Or from a terminal' : 'Choose a project by New run, or from a terminal in its folder'}
        </span>
        <div className="command">
          <Terminal className="icon icon--s" />
          <code>{command}</code>
          <CopyButton text={command} what="command" />
        </div>
      </div>
    </div>
  );
}

function useOffers(): Offer[] {
  const [offers, setOffers] = useState<Offer[]>([]);
  const connected = useQueue((state) => state.connection === 'connected');
  useEffect(() => {
    if (!connected) return;
    let current = true;
    const look = async () => {
      const projects = (await call('recentProjects', {})).slice(0, MOST_PROJECTS);
      const found = await Promise.allSettled(projects.map(({ root }) => call('describeProject', { directory: root })));
      const all = found.flatMap((one) =>
        one.status === 'fulfilled'
          ? one.value.suites.map((suite) => ({ project: one.value.root, projectName: one.value.name, suite }))
          : [],
      );
      if (current) setOffers(all.slice(0, MOST_OFFERS));
    };
    // without offers the page still says what to do
    look().catch(() => {});
    return () => {
      current = false;
    };
  }, [connected]);
  return offers;
}
