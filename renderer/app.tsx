import { useEffect, useState } from 'react';
import { mayConnect, startAgent, takeToken } from './agent.ts';
import { ConnectionBanner, HostBanner, NoticeBanner } from './components/banner.tsx';
import { isTyping } from './components/row-keys.ts';
import { Sidebar } from './components/sidebar.tsx';
import { ComparePage } from './pages/compare/compare.tsx';
import { HistoryPage } from './pages/history/history.tsx';
import { InsightsPage } from './pages/insights/insights.tsx';
import { NewRun } from './pages/new-run/new-run.tsx';
import { NoTokenPage } from './pages/no-token.tsx';
import { QueuePage } from './pages/queue/queue.tsx';
import { RunPage } from './pages/run/run.tsx';
import { go, NEW_RUN, startRouter, useRoute } from './router.ts';
import { startHistory } from './stores/history.ts';
import { startQueue } from './stores/queue.ts';

/** The window: in the app or in a browser, it cannot tell the difference. */
export function App() {
  const [allowed] = useState(() => {
    takeToken();
    return mayConnect();
  });
  return allowed ? <Window /> : <NoTokenPage />;
}

function Window() {
  useEffect(() => {
    const stops = [startRouter(), startQueue(), startHistory(), startAgent(), watchToken(), watchKeys()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  const { page, sheet } = useRoute();
  return (
    <div className="app">
      <Sidebar />
      <main className="main">
        <ConnectionBanner />
        <HostBanner />
        <NoticeBanner />
        {page.name === 'queue' && <QueuePage />}
        {page.name === 'history' && <HistoryPage />}
        {page.name === 'insights' && <InsightsPage project={page.project} />}
        {page.name === 'compare' && <ComparePage base={page.base} task={page.task} />}
        {page.name === 'run' && <RunPage key={page.task} id={page.task} tab={page.tab} />}
      </main>
      {sheet && <NewRun />}
    </div>
  );
}

/** An address with another token that is opened in this tab is another host's: begin anew. */
function watchToken(): () => void {
  const look = () => {
    if (takeToken()) location.reload();
  };
  window.addEventListener('hashchange', look);
  return () => window.removeEventListener('hashchange', look);
}

function watchKeys(): () => void {
  const press = (event: KeyboardEvent) => {
    const withMod = event.ctrlKey || event.metaKey;
    if (
      event.key.toLowerCase() !== 'n' ||
      event.altKey ||
      event.shiftKey ||
      (!withMod && isTyping(event.target)) ||
      useRoute.getState().sheet
    )
      return;
    event.preventDefault();
    go(NEW_RUN);
  };
  window.addEventListener('keydown', press);
  return () => window.removeEventListener('keydown', press);
}
