import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AttemptStatus, SupervisorMessage, SupervisorRequest } from '../contract/attempt.ts';

/** A client that takes nothing, or sends no line end, is cut off beyond this many bytes. */
const MAX_WAITING_BYTES = 262_144;

/** Tells the status to whoever connects (lines of JSON), again at each change, and takes requests. No client can disturb it. */
export class StatusServer {
  readonly #path: string;
  readonly #onRequest: (request: SupervisorRequest) => void;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  #status: AttemptStatus;
  #isAsked = false;

  constructor(path: string, status: AttemptStatus, onRequest: (request: SupervisorRequest) => void) {
    this.#path = path;
    this.#status = status;
    this.#onRequest = onRequest;
    this.#server = createServer((client) => this.#welcome(client));
  }

  /** Listens, once. An attempt whose socket can't be made goes on without: its status file and its signals still work. */
  listen(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    if (process.platform !== 'win32') rmSync(this.#path, { force: true });
    this.#server.on('error', () => {});
    this.#server.listen(this.#path, () => {
      // The folder is 0700 already; an attempt that has ended by now has removed its socket.
      if (process.platform !== 'win32' && existsSync(this.#path)) chmodSync(this.#path, 0o600);
    });
  }

  tell(status: AttemptStatus): void {
    this.#status = status;
    for (const client of this.#clients) this.#send(client);
  }

  /** Says goodbye: what was told is delivered, but nobody is waited for longer than `deadlineMs`. Removes the socket. */
  async close(deadlineMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.#clients) client.end();
    const timer = setTimeout(() => {
      for (const client of this.#clients) client.destroy();
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
  }

  #welcome(client: Socket): void {
    this.#clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => this.#clients.delete(client));
    let rest = '';
    client.setEncoding('utf8');
    client.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_WAITING_BYTES) client.destroy();
      for (const line of lines) {
        const request = requestIn(line);
        if (request) this.#onRequest(request);
      }
    });
    this.#send(client);
  }

  #send(client: Socket): void {
    const message: SupervisorMessage = { type: 'status', status: this.#status };
    if (client.writableLength > MAX_WAITING_BYTES) client.destroy();
    else if (client.writable) client.write(`${JSON.stringify(message)}\n`);
  }
}

function requestIn(line: string): SupervisorRequest | null {
  try {
    const request: unknown = JSON.parse(line);
    if (typeof request !== 'object' || request === null || !('type' in request)) return null;
    if (request.type === 'fail_fast' && 'failures' in request && typeof request.failures === 'number')
      return { type: 'fail_fast', failures: request.failures };
    if (request.type !== 'cancel') return null;
    return 'because' in request && request.because === 'shutdown' ? { type: 'cancel', because: 'shutdown' } : { type: 'cancel' };
  } catch {
    return null;
  }
}
