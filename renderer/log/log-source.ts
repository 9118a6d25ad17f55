import { createStore, type StoreApi } from 'zustand/vanilla';
import { Refusal } from '../../contract/errors.ts';
import type { Dropped } from '../../contract/log.ts';
import { call, listen, sentenceOf } from '../agent.ts';
import { append, appendDropped, emptyLines, forgetOldest, type LogLines, prepend, prependDropped } from './log-lines.ts';

/** Bytes before the end with which reading begins. */
const FIRST_READ = 512 * 1024;
/** Bytes that one request asks for. */
const PIECE = 256 * 1024;
/** Lines that are kept while the end is followed. */
const MOST_LINES = 100_000;

export interface LogState {
  log: LogLines;
  /** Bytes that the log has by now. */
  size: number;
  /** Nothing more will come. */
  ended: boolean;
  /** The first piece has come. */
  loaded: boolean;
  loadingEarlier: boolean;
  error: string | null;
}

export interface LogSource {
  store: StoreApi<LogState>;
  /** Reads what lies before the window. */
  loadEarlier(): Promise<void>;
  /** Whether somebody looks at the end; if not, nothing is forgotten, and reading stops when it is far behind. */
  setFollowing(following: boolean): void;
  close(): void;
}

/** Follows the log of one attempt from its last part on, over lost connections too. */
export function openLog(task: string, attempt: number): LogSource {
  const store = createStore<LogState>(() => ({
    log: emptyLines(0),
    size: 0,
    ended: false,
    loaded: false,
    loadingEarlier: false,
    error: null,
  }));
  let following = true;
  let reading = false;
  let closed = false;

  const follow = async () => {
    try {
      const { size, ended } = await call('followLog', { task, attempt });
      if (closed) return;
      const first = !store.getState().loaded && store.getState().log.end === 0;
      store.setState((state) => ({
        size: Math.max(size, state.size),
        ended,
        error: null,
        ...(first ? { log: emptyLines(Math.max(0, size - FIRST_READ)) } : {}),
      }));
      // Once in any case: what was written between the host's look at the log and its first message about growth is in none of them.
      await readOn(true);
    } catch (error) {
      // A lost connection has a banner of its own, and the next one follows again.
      if (!(error instanceof Refusal && error.kind === 'no_host')) store.setState({ error: sentenceOf(error), loaded: true });
    }
  };

  const readOn = async (atLeastOnce = false) => {
    let must = atLeastOnce;
    if (reading) return;
    reading = true;
    try {
      while (!closed) {
        const { log, size } = store.getState();
        if ((log.end >= size && !must) || (!following && log.lines.length > 2 * MOST_LINES)) break;
        must = false;
        const piece = await call('readLog', { task, attempt, offset: log.end, limit: PIECE });
        if (closed || piece.nextOffset <= log.end) break;
        const { dropped = null } = piece;
        const grown = dropped
          ? appendDropped(store.getState().log, { ...dropped, from: log.end })
          : append(store.getState().log, piece.text, piece.nextOffset);
        const kept = following && grown.lines.length > 1.2 * MOST_LINES ? forgetOldest(grown, MOST_LINES) : grown;
        store.setState((state) => ({ log: kept, size: Math.max(state.size, piece.size), ended: piece.ended }));
      }
      store.setState({ loaded: true });
    } finally {
      reading = false;
    }
  };

  const readOnQuietly = () => void readOn().catch(() => {}); // the connection broke: it is followed again when there is one

  const stops = [
    listen('logGrew', (grew) => {
      if (grew.taskId !== task || grew.attempt !== attempt) return;
      store.setState({ size: grew.size, ended: grew.ended });
      readOnQuietly();
    }),
    listen('connected', () => void follow()),
  ];
  void follow();

  return {
    store,
    async loadEarlier() {
      const { log, loadingEarlier } = store.getState();
      if (log.start === 0 || loadingEarlier) return;
      store.setState({ loadingEarlier: true });
      try {
        let from = Math.max(0, log.start - PIECE);
        let text = '';
        let gap: Dropped | null = null;
        for (let at = from; at < log.start; ) {
          const piece = await call('readLog', { task, attempt, offset: at, limit: log.start - at });
          if (piece.nextOffset <= at) break;
          at = piece.nextOffset;
          if (!piece.dropped) text += piece.text;
          else if (at < log.start)
            [from, text] = [at, '']; // what lies before the gap comes with the next pieces
          else gap = { ...piece.dropped, to: log.start };
        }
        // Lines may have been forgotten meanwhile; then the piece does not lie before the window any more.
        store.setState((state) => {
          if (state.log.start !== log.start) return {};
          return { log: gap ? prependDropped(state.log, gap) : prepend(state.log, text, from) };
        });
      } catch (error) {
        store.setState({ error: sentenceOf(error) });
      } finally {
        store.setState({ loadingEarlier: false });
      }
    },
    setFollowing(now) {
      following = now;
      if (!now) return;
      const { log, size } = store.getState();
      if (size - log.end > FIRST_READ) store.setState({ log: emptyLines(size - FIRST_READ) });
      readOnQuietly();
    },
    close() {
      closed = true;
      for (const stop of stops) stop();
      call('unfollowLog', { task }).catch(() => {}); // a connection that is gone follows nothing
    },
  };
}
