import type { HostClient } from '../../client/client.ts';
import type { FollowOptions } from '../../client/follow.ts';
import { afterEvent, afterProgress, afterReset, noFacts, type TrayFacts } from './tray-facts.ts';
import { type TrayState, trayState } from './tray-state.ts';

export interface TrayFollower {
  facts(): TrayFacts;
  /** Asks the host to end all that runs or waits. */
  cancelAll(): Promise<void>;
  /** Pauses the whole queue, or lets it go on. */
  setPaused(paused: boolean): Promise<void>;
  stop(): void;
}

/** Keeps the tray at what the host tells. `notice` says why this app does not host the queue. */
export function followIntoTray(
  follow: (options: Omit<FollowOptions, 'connect'>) => () => void,
  show: (state: TrayState) => void,
  notice: () => string | null,
): TrayFollower {
  let facts = noFacts;
  let client: HostClient | null = null;
  const change = (next: TrayFacts) => {
    facts = { ...next, notice: notice() };
    show(trayState(facts));
  };
  change(noFacts);

  const stop = follow({
    onReset: (snapshot) => change(afterReset(facts, snapshot)),
    onEvent: (event) => change(afterEvent(facts, event)),
    onConnected: (connected) => {
      client = connected;
      connected.on('progress', (progress) => change(afterProgress(facts, progress)));
      connected.on('paused', (paused) => change({ ...facts, paused }));
      change({ ...facts, connected: true });
      // A connection that goes on where it was gets no snapshot.
      connected.call('hostStatus', {}).then(
        ({ paused }) => change({ ...facts, paused: paused ?? facts.paused }),
        () => {}, // the next connection asks again
      );
    },
    onDisconnected: () => {
      client = null;
      change({ ...facts, connected: false });
    },
  });
  return {
    facts: () => facts,
    cancelAll: async () => {
      await client?.call('cancelTasks', { all: true });
    },
    setPaused: async (paused) => {
      await client?.call(paused ? 'pauseQueue' : 'resumeQueue', { all: true });
    },
    stop,
  };
}
