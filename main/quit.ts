import type { WayToEnd } from '../contract/host.ts';
import type { HostLink } from './host-link.ts';

export interface QuitOptions {
  link: HostLink;
  /** Does anything run or wait? */
  hasWork(): boolean;
  /** Starts a headless host for this home. */
  goOnHeadless(): Promise<void>;
  /** Ends tasks of a host in another process. */
  cancelElsewhere(): Promise<void>;
  /** Asks the person what shall become of the tests; null: the app stays. */
  ask(): Promise<'keep' | 'cancel' | null>;
  exit(): void;
}

export interface Quitter {
  /**
   * Ends the app, once. `keep`: tests that run go on, and a headless host starts those that wait. `cancel`: they are ended first. `shutdown`:
   * the machine goes down, so what runs is ended and recorded so, and no other host is started. `ask`: as the person says, where there are tests.
   */
  quit(tasks: WayToEnd | 'ask'): Promise<void>;
  /** The host in this process was stopped by somebody (`bge2e host stop`): the app ends with it, and no other host is started. */
  hostClosed(): void;
}

export function quitter({ link, hasWork, goOnHeadless, cancelElsewhere, ask, exit }: QuitOptions): Quitter {
  let quitting: Promise<void> | null = null;
  let asking: Promise<void> | null = null;
  const quit = async (tasks: WayToEnd) => {
    try {
      if (link.own) {
        const goOn = tasks === 'keep' && hasWork();
        await link.own.close({ tasks });
        if (goOn) await goOnHeadless();
      } else if (tasks === 'cancel') {
        await cancelElsewhere();
      }
    } catch (error) {
      console.error(error);
    } finally {
      exit();
    }
  };
  const once = (tasks: WayToEnd) => {
    quitting ??= Promise.resolve(tasks).then(quit); // later: a host that closes says so through hostClosed
    return quitting;
  };
  const askFirst = async () => {
    const answer = await ask();
    if (answer !== null) await once(answer);
  };
  return {
    quit(tasks) {
      if (tasks === 'ask' && hasWork()) {
        asking ??= askFirst().finally(() => {
          asking = null;
        });
        return quitting ?? asking;
      }
      return once(tasks === 'ask' ? 'keep' : tasks);
    },
    hostClosed() {
      if (!quitting) exit();
    },
  };
}
