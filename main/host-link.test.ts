import { expect, test, vi } from 'vitest';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import { clientOver } from '../client/client.ts';
import { messageTransport } from '../client/message-transport.ts';
import type { SocketClient } from '../client/socket.ts';
import { Refusal } from '../contract/errors.ts';
import type { Host } from '../host/host.ts';
import { LockTaken } from '../host/lock.ts';
import { type HostLinkOptions, hostLink } from './host-link.ts';
import { memoryChannel } from './memory-channel.ts';

function connectionOver(channel: Parameters<typeof messageTransport>[0]): MessageConnection {
  const { reader, writer } = messageTransport(channel);
  return createMessageConnection(reader, writer);
}

/** A host in another process: what it is, what it answers, and how it ends. */
function otherHost({
  version = '1.0.0',
  mode = 'headless' as const,
  handsOver = true,
}: {
  version?: string;
  mode?: 'headless' | 'app';
  handsOver?: boolean;
}) {
  const calls: string[] = [];
  let alive = true;
  const connect = (): SocketClient | null => {
    if (!alive) return null;
    const { left, right, close } = memoryChannel();
    const server = connectionOver(left);
    server.onRequest((method: string) => {
      calls.push(method);
      if (method === 'handOver' && handsOver) {
        alive = false;
        setTimeout(close, 100);
      }
      return { answeredBy: 'other' };
    });
    server.listen();
    return Object.assign(clientOver(connectionOver(right), close), { host: { version, mode, pid: 77, capabilities: [] } });
  };
  return { calls, connect, isAlive: () => alive };
}

function ownHost() {
  const host = {
    serve: (connection: MessageConnection) => {
      connection.onRequest(() => ({ answeredBy: 'own' }));
      connection.listen();
    },
    close: async () => {},
  };
  return host as unknown as Host; // The link uses these two alone.
}

function link(options: Partial<HostLinkOptions>) {
  const events: string[] = [];
  return {
    events,
    link: hostLink({
      version: '1.0.0',
      startOwn: async () => ownHost(),
      findOther: async () => null,
      onOtherApp: () => events.push('other app'),
      onOtherHost: () => events.push('other host'),
      ...options,
    }),
  };
}

test('without another host the queue is hosted here', async () => {
  const { link: own } = link({});
  const client = await own.connect();
  expect(await client.call('hostStatus', {})).toEqual({ answeredBy: 'own' });
  expect([own.own !== null, own.notice]).toEqual([true, null]);
});

test('a headless host hands over, and its end is awaited before the queue is hosted here', async () => {
  const other = otherHost({});
  const startOwn = vi.fn(async () => {
    if (other.isAlive()) throw new LockTaken('x');
    return ownHost();
  });
  const { link: own, events } = link({ startOwn, findOther: async () => other.connect() });
  const client = await own.connect();
  expect(other.calls).toEqual(['handOver']);
  expect(await client.call('hostStatus', {})).toEqual({ answeredBy: 'own' });
  expect([own.notice, events]).toEqual([null, []]);
});

test('a host that keeps its lock for too long stays the host, and the app says so', async () => {
  const other = otherHost({ handsOver: false });
  const { link: own } = link({
    takeOverMs: 300,
    startOwn: () => Promise.reject(new LockTaken('x')),
    findOther: async () => other.connect(),
  });
  const client = await own.connect();
  expect(await client.call('hostStatus', {})).toEqual({ answeredBy: 'other' });
  expect(own.own).toBeNull();
  expect(own.notice).toBe('The host (pid 77) did not hand the queue over within 0.3 s; this app only shows it');
});

test('an app that is older than the host leaves it the queue', async () => {
  const other = otherHost({ version: '1.2.0' });
  const startOwn = vi.fn(async () => ownHost());
  const { link: own } = link({ startOwn, findOther: async () => other.connect() });
  await own.connect();
  expect([other.calls, startOwn.mock.calls, own.notice]).toEqual([
    [],
    [],
    'A newer version (1.2.0) runs the queue; this app (1.0.0) only shows it',
  ]);
});

test('another app of the same home is never asked to hand over', async () => {
  const other = otherHost({ mode: 'app' });
  const { link: own, events } = link({ findOther: async () => other.connect() });
  await own.connect();
  expect([other.calls, events]).toEqual([[], ['other app']]);
});

test('when the newer host is gone the queue comes here, and open pages are loaded anew', async () => {
  const other = otherHost({ version: '1.2.0' });
  let there = true;
  const { link: own, events } = link({ findOther: async () => (there ? other.connect() : null) });
  await own.connect();
  there = false;
  await own.connect();
  expect([own.own !== null, own.notice, events]).toEqual([true, null, ['other host']]);
});

test('a page that asks before there is a host is answered once there is one', async () => {
  let open: (host: Host) => void = () => {};
  let opening = false;
  const { link: own } = link({
    startOwn: () =>
      new Promise((resolve) => {
        open = resolve;
        opening = true;
      }),
  });
  const connecting = own.connect();
  const { left, right, close } = memoryChannel();
  const served = own.serve(connectionOver(left));
  await vi.waitFor(() => expect(opening).toBe(true));
  open(ownHost());
  await Promise.all([connecting, served]);
  expect(await clientOver(connectionOver(right), close).call('hostStatus', {})).toEqual({ answeredBy: 'own' });
});

test('a page learns why there is no host', async () => {
  const { link: own } = link({ startOwn: () => Promise.reject(new Refusal('incompatible', 'The database is from version 9.')) });
  vi.spyOn(console, 'warn').mockReturnValueOnce(undefined);
  await expect(own.connect()).rejects.toThrow('version 9');
  const { left, right, close } = memoryChannel();
  await own.serve(connectionOver(left));
  await expect(clientOver(connectionOver(right), close).call('hostStatus', {})).rejects.toMatchObject({
    kind: 'incompatible',
    message: 'The database is from version 9.',
  });
  expect(own.notice).toBe('The database is from version 9.');
});

test('a page speaks to another host through the app, but cannot say hello there', async () => {
  const other = otherHost({ version: '2.0.0' });
  const { link: own } = link({ findOther: async () => other.connect() });
  await own.connect();
  const { left, right, close } = memoryChannel();
  await own.serve(connectionOver(left));
  const page = clientOver(connectionOver(right), close);
  expect(await page.call('listActive', {})).toEqual({ answeredBy: 'other' });
  await expect(page.call('hello', { protocol: 1, version: '1', client: 'page', token: 't' })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(page.call('getTask', { task: '' })).rejects.toMatchObject({ kind: 'invalid' });
});

test('a page that goes before there is a host is let go of', async () => {
  let open: (host: Host) => void = () => {};
  const opening = new Promise<Host>((resolve) => {
    open = resolve;
  });
  const { link: own } = link({ startOwn: () => opening });
  const connecting = own.connect();
  const { left, close } = memoryChannel();
  const served = own.serve(connectionOver(left));
  close();
  open(ownHost());
  await connecting;
  await expect(served).resolves.toBeUndefined();
});
