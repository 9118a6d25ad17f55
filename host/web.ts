import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import type { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { messageTransport } from '../client/message-transport.ts';
import { Refusal } from '../contract/errors.ts';
import { parsedJson } from '../contract/json.ts';
import { replaceFile } from '../engine/store/replace-file.ts';
import { pagePolicy } from './page-policy.ts';
import { isSameSecret } from './same-secret.ts';

/** `<home>/web.json`, 0600: lets the next host serve the window at the same address, so that open tabs find it again. */
const WebFile = z.object({ port: z.number().int(), token: z.string().min(32) });
type WebFile = z.infer<typeof WebFile>;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};
const PING_MS = 30_000;

/** Serves the window to browsers of this machine: 127.0.0.1 alone, with a token, and with Origin and Host checked against DNS rebinding. */
export class WebServer {
  readonly #file: string;
  readonly #rendererFolder: string | null;
  readonly #accept: (connection: MessageConnection) => void;
  #server: Server | null = null;
  #sockets: WebSocketServer | null = null;
  #web: WebFile | null = null;

  constructor(file: string, rendererFolder: string | null, accept: (connection: MessageConnection) => void) {
    this.#file = file;
    this.#rendererFolder = rendererFolder;
    this.#accept = accept;
  }

  /** Listens again where an earlier host of this home had listened. */
  async resume(): Promise<void> {
    const earlier = this.#readFile();
    if (earlier) await this.#listen(earlier).catch(() => {}); // the port is somebody else's now: the next `address` finds another
  }

  /** The window's address, token included (in the fragment, which browsers do not send). */
  async address(): Promise<string> {
    if (!this.#rendererFolder) throw new Refusal('invalid', 'This host has no window to serve. Build it by "npm run build".');
    if (!this.#web) await this.#listen({ port: 0, token: this.#readFile()?.token ?? randomBytes(32).toString('hex') });
    return `http://127.0.0.1:${this.#web?.port}/#token=${this.#web?.token}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    for (const socket of this.#sockets?.clients ?? []) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #readFile(): WebFile | null {
    try {
      return WebFile.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return null;
    }
  }

  async #listen(web: WebFile): Promise<void> {
    // Most hosts never serve a window, so that they need not hold what serves it.
    const [http, ws] = await Promise.all([import('node:http'), import('ws')]);
    const server = http.createServer((request, response) => void this.#serve(request, response));
    const sockets = new ws.WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, handleProtocols: () => 'bge2e' });
    server.on('upgrade', (request, socket, head) => this.#upgrade(sockets, request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(web.port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The web server has no port.');
    this.#server = server;
    this.#sockets = sockets;
    this.#web = { port: address.port, token: web.token };
    await replaceFile(this.#file, JSON.stringify(this.#web), 0o600);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, type: string, body: Buffer | string) => {
      response.writeHead(status, { ...securityHeaders(this.#web?.port ?? 0), 'content-type': type });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (!this.#isOurs(request)) return answer(403, 'text/plain', 'Forbidden');
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'text/plain', 'Method not allowed');
    const folder = this.#rendererFolder;
    const path = fileFor(folder, request.url ?? '/');
    if (!folder || !path) return answer(404, 'text/plain', 'Not found');
    try {
      answer(200, TYPES[extname(path)] ?? 'application/octet-stream', await readFile(path));
    } catch {
      answer(404, 'text/plain', 'Not found');
    }
  }

  #upgrade(sockets: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const token = offered.find((name) => name.startsWith('token.'))?.slice('token.'.length) ?? '';
    socket.on('error', () => {}); // whoever asked has gone; at an upgrade the server takes its own listener away
    if (
      !this.#isOurs(request) ||
      request.headers.origin === undefined ||
      request.url !== '/ws' ||
      !isSameSecret(token, this.#web?.token ?? '')
    ) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => this.#connect(client));
  }

  #connect(client: WebSocket): void {
    const ping = setInterval(() => client.ping(), PING_MS); // finds tabs that went without a word
    client.on('close', () => clearInterval(ping));
    client.on('error', () => {}); // close follows
    const { reader, writer } = messageTransport({
      send: (message) => client.send(JSON.stringify(message)),
      onMessage: (listener) => client.on('message', (data) => listener(parsedJson(data.toString()))),
      onClose: (listener) => client.on('close', listener),
    });
    const connection = createMessageConnection(reader, writer);
    connection.onDispose(() => client.close());
    this.#accept(connection);
  }

  /** Host and Origin name this very server: another name that points here, or another site's page, is turned away. */
  #isOurs({ headers }: IncomingMessage): boolean {
    const host = `127.0.0.1:${this.#web?.port}`;
    return headers.host === host && (headers.origin === undefined || headers.origin === `http://${host}`);
  }
}

function securityHeaders(port: number): Record<string, string> {
  return {
    'content-security-policy': pagePolicy(`'self' ws://127.0.0.1:${port}`),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

/** The file below the folder that an address names; null where it leads out of it. */
function fileFor(folder: string | null, url: string): string | null {
  if (!folder) return null;
  let pathname: string;
  try {
    pathname = decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname);
  } catch {
    return null;
  }
  if (pathname.includes('\0')) return null;
  const path = normalize(join(folder, pathname === '/' ? 'index.html' : pathname));
  return path.startsWith(folder + sep) ? path : null;
}
