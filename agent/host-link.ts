import type { SocketClient } from '../client/socket.ts';
import { connectOrStart } from '../client/start-host.ts';
import type { MethodName, Params, Result } from '../contract/api.ts';
import { Refusal } from '../contract/errors.ts';

/** How long a call is repeated while one host gives the queue to another, in ms. */
const HAND_OVER_MS = 5000;
const ASK_AGAIN_MS = 50;

/** A connection to a home's host: made when it is first needed, and made anew when it was lost. */
export class HostLink {
  readonly #home: string;
  readonly #clientName: string;
  #connecting: Promise<SocketClient> | null = null;

  constructor(home: string, clientName: string) {
    this.#home = home;
    this.#clientName = clientName;
  }

  /** Connects, and starts a host if there is none. Throws a `Refusal` where neither works. */
  connect(): Promise<SocketClient> {
    if (this.#connecting) return this.#connecting;
    const connecting = connectOrStart(this.#home, this.#clientName);
    const forget = () => {
      if (this.#connecting === connecting) this.#connecting = null;
    };
    connecting.then((client) => client.onClose(forget), forget);
    this.#connecting = connecting;
    return connecting;
  }

  /**
   * Calls a method that may safely be called twice. While the host hands its queue over, or when the connection breaks, it is
   * repeated at the next host, for up to 5 s. Throws a `Refusal`.
   */
  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    let client = await this.connect();
    const giveUpAt = Date.now() + HAND_OVER_MS;
    for (;;) {
      try {
        return await client.call(method, params);
      } catch (error) {
        if (!isPassing(error) || Date.now() > giveUpAt) throw error;
        client.close();
      }
      client = await this.#connectBefore(giveUpAt);
    }
  }

  /** Disconnects; tasks go on. */
  async close(): Promise<void> {
    const connecting = this.#connecting;
    this.#connecting = null;
    const client = await connecting?.catch(() => null);
    client?.close();
  }

  async #connectBefore(giveUpAt: number): Promise<SocketClient> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      try {
        return await this.connect();
      } catch (error) {
        if (!isPassing(error) || Date.now() > giveUpAt) throw error;
      }
    }
  }
}

/** The host is about to be another one, or was just lost. */
export function isPassing(error: unknown): boolean {
  return error instanceof Refusal && (error.kind === 'moved' || error.kind === 'no_host');
}
