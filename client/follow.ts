import type { Snapshot, TaskEvent } from '../contract/views.ts';
import type { HostClient } from './client.ts';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5000;

export interface FollowOptions {
  connect(): Promise<HostClient>;
  /** Everything known is replaced by this; null where the follower needs no picture of everything. */
  onReset: ((snapshot: Snapshot) => void) | null;
  /** A task changed; events come once each and in order, also over reconnects. */
  onEvent(event: TaskEvent): void;
  /** A new connection is subscribed: the place to listen for streams. */
  onConnected(client: HostClient): void;
  onDisconnected(): void;
}

/** Keeps a subscription alive over lost connections by its cursor (`epoch` and `seq`). The answer ends it. */
export function followHost({ connect, onReset, onEvent, onConnected, onDisconnected }: FollowOptions): () => void {
  let stopped = false;
  let client: HostClient | null = null;
  let retryMs = FIRST_RETRY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let epoch: string | null = null;
  let seq: number | null = null;

  const receive = (event: TaskEvent) => {
    if (seq !== null && event.seq <= seq) return;
    seq = event.seq;
    onEvent(event);
  };

  const open = async () => {
    try {
      const opened = await connect();
      if (stopped) return opened.close();
      client = opened;
      // Events may arrive before the answer to `subscribe` does: they wait until it is known what they follow on.
      let early: TaskEvent[] | null = [];
      opened.on('taskChanged', (event) => (early ? early.push(event) : receive(event)));
      opened.onClose(() => retry(opened));
      const answer = await opened.call('subscribe', { after: seq, epoch, ...(onReset ? {} : { snapshot: false }) });
      epoch = answer.epoch;
      if (answer.reset || answer.events.length === 0) seq = answer.seq;
      if (answer.reset) onReset?.(answer.reset);
      for (const event of [...answer.events, ...early]) receive(event);
      early = null;
      retryMs = FIRST_RETRY_MS;
      onConnected(opened);
    } catch {
      if (client) client.close();
      else retry(null);
    }
  };

  const retry = (lost: HostClient | null) => {
    if (stopped || lost !== client) return;
    client = null;
    onDisconnected();
    timer = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  };

  void open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    client?.close();
  };
}
