import type { MessageConnection } from 'vscode-jsonrpc';
import type { MethodName, NotificationName, NotificationOf, Params, Result } from '../contract/api.ts';
import { REFUSAL_CODE, Refusal, type RefusalData } from '../contract/errors.ts';

/** How long a host may take to be reached and to answer the first message, in ms: who is silent for so long is stuck. */
export const DEADLINE_MS = 5000;
/** How long one that is known to be there may take for an answer: suites that use all cores make it slow, and what it was asked is done. */
const ANSWER_DEADLINE_MS = 30_000;

/** How long answers that have arrived may take to be handled once the connection is gone, in ms. */
const LAST_ANSWERS_MS = 100;

export type Unsubscribe = () => void;

/** A connection to a host: the contract's methods and notifications, whatever lies between. */
export interface HostClient {
  /**
   * Calls a method. Throws a `Refusal` with the host's sentence, of kind `no_host` where the connection broke, or
   * `no_answer` where none came within `deadlineMs` (default 30,000).
   */
  call<M extends MethodName>(method: M, params: Params<M>, deadlineMs?: number): Promise<Result<M>>;
  on<N extends NotificationName>(name: N, listener: (payload: NotificationOf<N>) => void): Unsubscribe;
  /** Called once when the connection is gone, whoever closed it. */
  onClose(listener: () => void): Unsubscribe;
  readonly closed: boolean;
  close(): void;
}

type Emitter<N extends NotificationName> = Set<(payload: NotificationOf<N>) => void>;
type Emitters = { [N in NotificationName]: Emitter<N> };

/** Turns a JSON-RPC connection into a client and starts listening. `hangUp` closes what lies below it. */
export function clientOver(connection: MessageConnection, hangUp: () => void): HostClient {
  let closed = false;
  const closing = new Set<() => void>();
  const close = () => {
    if (closed) return;
    closed = true;
    connection.dispose();
    hangUp();
    for (const listener of closing) listener();
    closing.clear();
  };
  // A connection keeps one handler for each method, so that a second listener would replace the first.
  const listen = <N extends NotificationName>(name: N): Emitter<N> => {
    const listeners: Emitter<N> = new Set();
    connection.onNotification(name, (payload: NotificationOf<N>) => {
      for (const listener of listeners) listener(payload);
    });
    return listeners;
  };
  const emitters: Emitters = {
    taskChanged: listen('taskChanged'),
    progress: listen('progress'),
    sample: listen('sample'),
    waiting: listen('waiting'),
    paused: listen('paused'),
    machine: listen('machine'),
    schedules: listen('schedules'),
    logGrew: listen('logGrew'),
  };
  // Answers that came right before the end still wait for their turn: they count before the connection is given up.
  let pending = 0;
  const lost = () => void setTimeout(close, pending === 0 ? 0 : LAST_ANSWERS_MS);
  connection.onClose(lost);
  connection.onError(lost);
  connection.listen();

  return {
    get closed() {
      return closed;
    },
    close,
    async call(method, params, deadlineMs = ANSWER_DEADLINE_MS) {
      if (closed) throw connectionLost();
      pending += 1;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let forget: Unsubscribe = () => {};
      const lost = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Refusal('no_answer', `The host did not answer "${method}" within ${deadlineMs / 1000} s.`)),
          deadlineMs,
        );
        const listener = () => reject(connectionLost());
        closing.add(listener);
        forget = () => closing.delete(listener);
      });
      try {
        return await Promise.race([connection.sendRequest<Result<typeof method>>(method, params ?? {}), lost]);
      } catch (error) {
        throw asRefusal(error);
      } finally {
        pending -= 1;
        clearTimeout(timer);
        forget();
      }
    },
    on<N extends NotificationName>(name: N, listener: (payload: NotificationOf<N>) => void) {
      const emitter: Emitter<N> = emitters[name];
      emitter.add(listener);
      return () => emitter.delete(listener);
    },
    onClose(listener) {
      if (closed) listener();
      else closing.add(listener);
      return () => closing.delete(listener);
    },
  };
}

const connectionLost = () => new Refusal('no_host', 'The connection to the host was lost.');

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isRemoteError(error)) return new Refusal(error.data.kind, error.message, error.data.issues);
  return new Refusal('no_host', error instanceof Error ? error.message : String(error));
}

function isRemoteError(error: unknown): error is { message: string; data: RefusalData } {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === REFUSAL_CODE &&
    'data' in error &&
    typeof error.data === 'object' &&
    error.data !== null
  );
}
