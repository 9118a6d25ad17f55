import { connect } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { Refusal } from '../contract/errors.ts';
import type { HostFile, HostMode } from '../contract/host.ts';
import { clientOver, DEADLINE_MS, type HostClient } from './client.ts';
import { VERSION } from './version.ts';

/** The wire's version; equal to PROTOCOL of the contract, which would load its schemas here. */
const PROTOCOL: typeof import('../contract/host.ts').PROTOCOL = 1;

export interface SocketClient extends HostClient {
  readonly host: { version: string; mode: HostMode; pid: number; capabilities: string[] };
}

/**
 * Connects to the host that wrote `file` and says hello. Throws a `Refusal`: `no_host` where nothing listens, `no_answer` where
 * nothing answers within the deadline (ms), `unauthorized` or `incompatible` where the host says so.
 */
export async function connectSocket(file: HostFile, clientName: string, deadlineMs = DEADLINE_MS): Promise<SocketClient> {
  const socket = connect(file.address);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail('no_answer', `did not accept the connection within ${deadlineMs / 1000} s`), deadlineMs);
    const fail = (kind: 'no_host' | 'no_answer', what: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Refusal(kind, `The host (pid ${file.pid}) ${what}.`));
    };
    socket.once('error', () => fail('no_host', 'does not listen any more'));
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  socket.on('error', () => {}); // the end of the connection tells the same
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  const client = clientOver(connection, () => socket.destroy());
  try {
    const host = await client.call('hello', { protocol: PROTOCOL, version: VERSION, client: clientName, token: file.token }, deadlineMs);
    return Object.assign(client, { host });
  } catch (error) {
    client.close();
    if (!(error instanceof Refusal) || error.kind !== 'no_answer') throw error;
    const what = `The host (pid ${file.pid}) did not answer within ${deadlineMs / 1000} s.`;
    throw new Refusal('no_answer', `${what} Try again; if that does not help, end that process: suites that run go on without it.`);
  }
}
