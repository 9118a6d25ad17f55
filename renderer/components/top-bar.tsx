import { ChevronRight, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { inApp } from '../agent.ts';
import { go, NEW_RUN } from '../router.ts';
import { Kbd, modKey } from './buttons.tsx';

/** The bar of a page: its name, a remark, and what can be done. */
export function TopBar({ title, note, children }: { title: string; note?: string; children?: ReactNode }) {
  return (
    <header className="topbar">
      <h1>{title}</h1>
      {note && <span className="topbar__note wide">{note}</span>}
      <span className="grow" />
      {children}
      <NewRunButton />
    </header>
  );
}

/** The bar of a run: the way back, and what can be done with it. */
export function CrumbBar({ from, name, id, children }: { from: 'Queue' | 'History'; name: string; id: string; children?: ReactNode }) {
  return (
    <header className="topbar">
      <nav className="crumb" aria-label="Way back">
        <a href={from === 'Queue' ? '#/queue' : '#/history'} aria-label={`Back to ${from}`}>
          {from}
        </a>
        <ChevronRight className="icon icon--s" />
        <b>{name}</b>
        <span className="sha cut">{id}</span>
      </nav>
      <span className="grow" />
      {children}
    </header>
  );
}

export function NewRunButton() {
  return (
    <button type="button" className="btn btn--primary" aria-keyshortcuts="N" onClick={() => go(NEW_RUN)}>
      <Plus className="icon icon--s" />
      New run
      <Kbd>{inApp() ? modKey('N') : 'N'}</Kbd>
    </button>
  );
}
