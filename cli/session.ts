import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HostLink } from '../agent/host-link.ts';
import { homeFolder } from '../client/home.ts';
import { readHostFile } from '../client/host-file.ts';
import type { SocketClient } from '../client/socket.ts';
import type { MethodName, Params, Result } from '../contract/api.ts';
import { trace } from './trace.ts';

export const CLIENT_NAME = 'cli';

/** One command's dealings with the host. */
export class Session {
  readonly home: string;
  readonly #link: HostLink;

  constructor() {
    this.home = homeFolder();
    this.#link = new HostLink(this.home, CLIENT_NAME);
    trace(`home ${this.home}`);
  }

  /**
   * Whether this home can have tasks at all. Where it cannot, a question is answered without starting a host; where it can, a host
   * has to look what became of them.
   */
  get hasHistory(): boolean {
    return existsSync(join(this.home, 'queue.db'));
  }

  /** The link to this home's host, for what asks more than one question. */
  get link(): HostLink {
    return this.#link;
  }

  /** Connects, and starts a host if there is none. */
  async connect(): Promise<SocketClient> {
    const client = await this.#link.connect();
    trace(
      `connected to ${readHostFile(this.home)?.address ?? 'the host'} (pid ${client.host.pid}, ${client.host.mode}, version ${client.host.version})`,
    );
    return client;
  }

  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    trace(`→ ${method}`);
    await this.connect();
    const started = process.uptime(); // the module of `performance` would be loaded for this alone
    try {
      return await this.#link.call(method, params);
    } finally {
      trace(`← ${method} after ${((process.uptime() - started) * 1000).toFixed(1)} ms`);
    }
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

/** Runs one command with a session of its own, which ends with it. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
