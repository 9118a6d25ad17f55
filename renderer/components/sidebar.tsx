import { ChartNoAxesColumn, History, ListVideo, Monitor, Moon, Sun } from 'lucide-react';
import { placed } from '../format/placed.ts';
import { memory } from '../format/units.ts';
import { needsALook } from '../format/words.ts';
import { useRoute } from '../router.ts';
import { useQueue } from '../stores/queue.ts';
import { findDetail } from '../stores/queue-state.ts';
import { chooseTheme, THEMES, useTheme } from '../stores/theme.ts';
import { ChoiceMenu } from './menu.tsx';

/** Pages, theme, and what the host says of itself. Below 1000 px a rail of icons. */
export function Sidebar() {
  return (
    <aside className="sidebar">
      <div className="brand">
        <svg
          viewBox="0 0 20 20"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden="true"
        >
          <circle cx="10" cy="10" r="8" />
          <path d="m8.6 6.8 3.2 3.2-3.2 3.2" />
        </svg>
        <span>Background E2E</span>
      </div>
      <Navigation />
      <div className="sidebar__end">
        <ThemeMenu />
      </div>
      <HostPanel />
    </aside>
  );
}

function Navigation() {
  const page = useRoute((state) => state.page);
  const isActive = useQueue((state) => page.name === 'run' && findDetail(state, page.task) !== null);
  const current = page.name === 'insights' ? 'insights' : page.name === 'queue' || isActive ? 'queue' : 'history';
  const running = useQueue((state) => state.running.length);
  const waiting = useQueue((state) => state.waiting.length);
  const unseen = useQueue((state) => state.finished.filter(needsALook).length);
  return (
    <nav className="nav" aria-label="Pages">
      <a
        className="nav__link"
        href="#/queue"
        aria-description={`${running} running, ${waiting} waiting`}
        title={`Queue: ${running} running, ${waiting} waiting`}
        aria-current={current === 'queue' ? 'page' : undefined}
      >
        <ListVideo className="icon" />
        <span>Queue</span>
        <span className="nav__count" aria-hidden="true">
          {running > 0 && <b>{running}</b>}
          {waiting > 0 && <span className="rest">{running > 0 ? `+ ${waiting}` : waiting}</span>}
        </span>
      </a>
      <a
        className="nav__link"
        href="#/history"
        title="History"
        aria-description={unseen > 0 ? `${unseen} failed, not looked at yet` : undefined}
        aria-current={current === 'history' ? 'page' : undefined}
      >
        <History className="icon" />
        <span>History</span>
        <span className="nav__count" aria-hidden="true">
          {unseen > 0 && (
            <span className="is-fail" title={`${unseen} failed, not looked at yet`}>
              {unseen}
            </span>
          )}
        </span>
      </a>
      <a className="nav__link" href="#/insights" title="Insights" aria-current={current === 'insights' ? 'page' : undefined}>
        <ChartNoAxesColumn className="icon" />
        <span>Insights</span>
      </a>
    </nav>
  );
}

const THEME_NAMES = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

function ThemeMenu() {
  const choice = useTheme((state) => state.choice);
  const Icon = { system: Monitor, light: Sun, dark: Moon }[choice];
  return (
    <ChoiceMenu
      label="Theme"
      value={choice}
      choices={THEMES.map((value) => ({ value, text: THEME_NAMES[value] }))}
      onChoose={chooseTheme}
      trigger={
        <button type="button" className="nav__link" title={`Theme: ${THEME_NAMES[choice].toLowerCase()}`}>
          <Icon className="icon" />
          <span>Theme</span>
          <span className="nav__count" aria-hidden="true">
            <span className="rest">{THEME_NAMES[choice]}</span>
          </span>
        </button>
      }
    />
  );
}

function HostPanel() {
  const connection = useQueue((state) => state.connection);
  const host = useQueue((state) => state.host);
  const machine = useQueue((state) => state.machine);
  const dot = connection === 'connected' ? 'dot' : connection === 'lost' ? 'dot dot--down' : 'dot dot--starting';
  const word = connection === 'connected' ? 'running' : connection === 'lost' ? 'does not answer' : 'connecting';
  return (
    <section className="host" aria-label="Host">
      <span className="off-rail">Host</span>
      <b className="off-rail cut" title={host ? `Version ${host.version}, pid ${host.pid}` : undefined}>
        {host?.mode === 'headless' ? 'headless' : 'this app'}
      </b>
      <i
        className={dot}
        role="img"
        aria-label={`The host ${word === 'running' ? 'is running' : word === 'connecting' ? 'is being connected' : word}`}
        title={word}
      />
      {machine && (
        <>
          <span className="off-rail">Slots</span>
          <Slots inUse={machine.slotsInUse} slots={machine.slots} />
          <b>
            {machine.slotsInUse}/{machine.slots}
          </b>
          <Meter name="CPU" share={machine.cpuPercent / 100} words={`${Math.round(machine.cpuPercent)} %`} />
          <Meter name="Memory" share={machine.memoryUsedMb / machine.memoryTotalMb} words={memory(machine.memoryUsedMb)} />
        </>
      )}
    </section>
  );
}

function Slots({ inUse, slots }: { inUse: number; slots: number }) {
  return (
    <span className="slots" aria-hidden="true">
      {placed(Array(Math.min(slots, 12))).map(({ place }) => (
        <i key={place} className={place < inUse ? 'on' : ''} />
      ))}
    </span>
  );
}

function Meter({ name, share, words }: { name: string; share: number; words: string }) {
  return (
    <>
      <span className="off-rail">{name}</span>
      <span className="meter off-rail" aria-hidden="true">
        <i style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <b className="off-rail">{words}</b>
    </>
  );
}
