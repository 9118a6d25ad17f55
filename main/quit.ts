import type { HostLink } from './host-link.ts';

export interface QuitOptions {
  link: HostLink;
  /** Does anything run or wait? */
  hasWork(): boolean;
  /** Starts a headless host for this home. */
  goOnHeadless(): Promise<void>;
  /** Ends tasks of a host in another process. */
  cancelElsewhere(): Promise<void>;
  exit(): void;
}

export interface Quitter {
  /**
   * Ends the app, once. `keep`: tests that run go on, and a headless host starts those that wait. `cancel`: they are ended first.
   */
  quit(tasks: 'keep' | 'cancel'): Promise<void>;
  /** The host in this process was stopped by somebody (`bge2e host stop`): the app ends with it, and no other host is started. */
  hostClosed(): void;
}

export function quitter({ link, hasWork, goOnHeadless, cancelElsewhere, exit }: QuitOptions): Quitter {
  let quitting: Promise<void> | null = null;
  const quit = async (tasks: 'keep' | 'cancel') => {
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
  return {
    quit(tasks) {
      quitting ??= Promise.resolve(tasks).then(quit);
      return quitting;
    },
    hostClosed() {
      if (!quitting) exit();
    },
  };
}
