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

/**
 * Ends the app once, however often it is asked to. `keep`: tests that run go on, and a headless host starts those that wait.
 * `cancel`: they are ended first.
 */
export function quitter({ link, hasWork, goOnHeadless, cancelElsewhere, exit }: QuitOptions): (tasks: 'keep' | 'cancel') => Promise<void> {
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
  return (tasks) => {
    quitting ??= quit(tasks);
    return quitting;
  };
}
