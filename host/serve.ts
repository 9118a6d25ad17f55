import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createMessageConnection, type MessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';

/**
 * Listens at the home's socket. The lock is ours, so a socket file that is there already is a dead host's. The folder around it
 * lets nobody but this user in.
 */
export async function serveSocket(address: string, accept: (connection: MessageConnection) => void): Promise<{ close(): Promise<void> }> {
  const isFile = process.platform !== 'win32';
  if (isFile) rmSync(address, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => {}); // the connection's end tells the same
    accept(createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket)));
  });
  await listening(server, address);
  if (isFile) chmodSync(address, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
