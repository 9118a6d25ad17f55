import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import { clientOver, type HostClient } from '../client/client.ts';
import { messageTransport } from '../client/message-transport.ts';
import type { SocketClient } from '../client/socket.ts';
import { Refusal } from '../contract/errors.ts';
import type { Host } from '../host/host.ts';
import { LockTaken } from '../host/lock.ts';
import { memoryChannel } from './memory-channel.ts';
import { refuseAll, relay } from './relay.ts';
import { isNewer } from './version-order.ts';

const TAKE_OVER_MS = 5000;
const LOCK_RETRY_MS = 50;

export interface HostLinkOptions {
  version: string;
  /** Hosts the queue in this process. Throws `LockTaken` where another host has it. */
  startOwn(): Promise<Host>;
  /** Connects to the home's running host; null where none runs. */
  findOther(): Promise<SocketClient | null>;
  /** Another app of the same home is at work: this one is one too many. */
  onOtherApp(): void;
  /** How long another host may take to give its queue to this app, in ms; 5000 by default. */
  takeOverMs?: number;
  /** Pages that were served by another host than now have to be loaded anew. */
  onOtherHost(): void;
}

/** This app's way to the home's host: its own, or another's where that one cannot or need not be taken over. */
export interface HostLink {
  /** Hosts the queue here, takes it over, or connects; in this order of preference. For the tray, which asks again when it was lost. */
  connect(): Promise<HostClient>;
  /** Binds a page's connection to the host, once there is one. */
  serve(connection: MessageConnection): Promise<void>;
  /** Why this app does not host the queue, as a sentence; null where it does. */
  readonly notice: string | null;
  /** The host in this process; null where another one is at work. */
  readonly own: Host | null;
}

export function hostLink({ version, startOwn, findOther, takeOverMs = TAKE_OVER_MS, onOtherApp, onOtherHost }: HostLinkOptions): HostLink {
  let own: Host | null = null;
  let notice: string | null = null;
  let connecting: Promise<unknown> = Promise.resolve();
  let servedBy: string | null = null;

  const found = (client: SocketClient, why: string) => {
    notice = why;
    reached(`pid ${client.host.pid}`);
    return client;
  };
  const reached = (host: string) => {
    const changed = servedBy !== null && servedBy !== host;
    servedBy = host;
    if (changed) onOtherHost();
  };

  const takeOver = async (other: SocketClient | null): Promise<Host | null> => {
    const deadline = Date.now() + takeOverMs;
    if (other) {
      // A host that is about to end refuses as `moved`: its end is all that is wanted.
      await other.call('handOver', { version }).catch(() => {});
      await closed(other, deadline - Date.now());
      other.close();
    }
    for (;;) {
      try {
        return await startOwn();
      } catch (error) {
        if (!(error instanceof LockTaken)) throw error;
        if (Date.now() > deadline) return null;
        await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
      }
    }
  };

  const open = async (): Promise<HostClient> => {
    if (own) return inProcessClient(own);
    const other = await findOther();
    if (other?.host.mode === 'app') {
      onOtherApp();
      return found(other, `Another app (pid ${other.host.pid}) runs the queue; this one only shows it`);
    }
    if (other && isNewer(other.host.version, version))
      return found(other, `A newer version (${other.host.version}) runs the queue; this app (${version}) only shows it`);
    own = await takeOver(other);
    if (own) {
      notice = null;
      reached('this process');
      return inProcessClient(own);
    }
    const still = await findOther();
    if (!still) throw new Refusal('no_host', 'Another process holds the queue but does not answer.');
    return found(
      still,
      `The host (pid ${still.host.pid}) did not hand the queue over within ${takeOverMs / 1000} s; this app only shows it`,
    );
  };

  return {
    get notice() {
      return notice;
    },
    get own() {
      return own;
    },
    async connect() {
      try {
        const attempt = open();
        connecting = attempt;
        return await attempt;
      } catch (error) {
        notice = error instanceof Error ? error.message : String(error);
        console.warn(notice);
        throw error;
      }
    },
    async serve(connection) {
      // A page may go while its host is being looked for.
      let gone = false;
      connection.onClose(() => {
        gone = true;
      });
      try {
        await connecting;
        if (gone) return;
        if (own) return own.serve(connection, 'window');
        const other = await findOther();
        if (gone) return other?.close();
        if (!other) throw new Refusal('no_host', 'The host does not answer.');
        relay(connection, other);
      } catch (error) {
        // The page shows why. It is loaded anew once there is a host.
        servedBy ??= 'nobody';
        if (!gone) refuseAll(connection, error instanceof Refusal ? error : new Refusal('no_host', String(error)));
      }
    },
  };
}

function inProcessClient(host: Host): HostClient {
  const { left, right, close } = memoryChannel();
  const connectionOver = (channel: typeof left) => {
    const { reader, writer } = messageTransport(channel);
    return createMessageConnection(reader, writer);
  };
  host.serve(connectionOver(left), 'tray');
  return clientOver(connectionOver(right), close);
}

function closed(client: HostClient, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, withinMs);
    client.onClose(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
