import type { HostClient } from '../client/client.ts';
import { followHost } from '../client/follow.ts';
import { Refusal } from '../contract/errors.ts';
import type { TaskEvent } from '../contract/views.ts';
import { isPassing } from './host-link.ts';

/** How long the host may be away before following it is given up, in ms. */
const AWAY_MS = 30_000;

export interface Following {
  /** A task changed; each change comes once and in order, also over the host's restarts. */
  onEvent(event: TaskEvent): void;
  /** A new connection: time to ask for what no event tells. What it throws ends the following, a lost connection aside. */
  onConnected(client: HostClient): Promise<void>;
}

export interface FollowUntilOptions<T> {
  connect(): Promise<HostClient>;
  /** What to do with events; `finish` and `fail` end the following. */
  start(finish: (value: T) => void, fail: (error: unknown) => void): Following;
  /** Answers null after so many ms. */
  deadlineMs?: number | null;
}

/**
 * Follows a host, over its restarts, until there is an answer. Rejects with the `Refusal` where no host can be reached for 30 s, or
 * where one refuses.
 */
export function followUntil<T>({ connect, start, deadlineMs = null }: FollowUntilOptions<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    let timer: NodeJS.Timeout | undefined;
    let lostAt: number | null = null;
    let ended = false;
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      stop();
      settle();
    };
    const finish = (value: T) => end(() => resolve(value));
    const fail = (error: unknown) => end(() => reject(error));
    const following = start(finish, fail);

    const connectOrGiveUp = async () => {
      try {
        const client = await connect();
        lostAt = null;
        return client;
      } catch (error) {
        lostAt ??= Date.now();
        const passing = isPassing(error) || (error instanceof Refusal && error.kind === 'no_answer');
        if (!passing || Date.now() - lostAt > AWAY_MS) fail(error);
        throw error;
      }
    };
    if (deadlineMs !== null) timer = setTimeout(() => end(() => resolve(null)), Math.min(deadlineMs, 2 ** 31 - 1));
    stop = followHost({
      connect: connectOrGiveUp,
      onReset: null, // `onConnected` asks for what it needs
      onEvent: (event) => {
        if (!ended) following.onEvent(event);
      },
      onConnected: (client) =>
        void following.onConnected(client).catch((error) => {
          if (!isPassing(error)) fail(error);
        }),
      onDisconnected: () => {},
    });
  });
}
