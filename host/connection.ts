import { setTimeout as delay } from 'node:timers/promises';
import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import {
  type MethodName,
  type MethodSchemas,
  type Methods,
  methods,
  type NotificationName,
  type NotificationOf,
  type Result,
} from '../contract/api.ts';
import { REFUSAL_CODE, Refusal, type RefusalData } from '../contract/errors.ts';
import { describeIssues } from '../engine/projects/problems.ts';
import { isDiskFull } from '../engine/store/when-room.ts';

/** Stream messages that may wait for a slow reader; further ones are dropped, since each says all that its predecessor said. */
const MAX_PENDING_STREAMS = 32;
const LAST_WORD_MS = 500;

/** One client's connection, as the handlers see it. */
export interface Session {
  /** What the client called itself. */
  readonly client: string;
  notify<N extends NotificationName>(name: N, payload: NotificationOf<N>): void;
  /** Called once when the connection is gone. */
  onClose(listener: () => void): void;
  /** Resolves when what was said before has been written, or cannot be within half a second. */
  close(): Promise<void>;
}

/** What a host does for each method. Parameters have passed the contract's schema. */
export type Handlers = {
  [M in Exclude<MethodName, 'hello'>]: (params: z.output<Methods[M]['params']>, session: Session) => Promise<Result<M>> | Result<M>;
};
export type HelloHandler = (params: z.output<Methods['hello']['params']>) => Result<'hello'>;

/** Speaks the contract over a connection: checks parameters, calls the handler, turns refusals into errors with their sentence. */
export function bindConnection(
  connection: MessageConnection,
  handlers: Handlers,
  options: { client: string; hello: HelloHandler | null; onOpen(session: Session): void },
): void {
  const closing: (() => void)[] = [];
  let pending = 0;
  let closed = false;
  let ending = false;
  let greeted = options.hello === null;
  let client = options.client;

  const end = () => {
    if (closed) return;
    closed = true;
    connection.dispose();
    for (const listener of closing) listener();
  };
  const session: Session = {
    get client() {
      return client;
    },
    notify(name, payload) {
      if (closed || (name !== 'taskChanged' && pending >= MAX_PENDING_STREAMS)) return;
      pending += 1;
      connection.sendNotification(name, payload).then(() => {
        pending -= 1;
      }, end);
    },
    onClose(listener) {
      if (closed) listener();
      else closing.push(listener);
    },
    async close() {
      if (closed) return;
      ending = true;
      const deadline = delay(LAST_WORD_MS, undefined, { ref: false });
      // Messages are written one after the other, so this one is the last.
      await Promise.race([connection.sendNotification('closing').catch(() => {}), deadline]);
      connection.end();
      // A socket that is destroyed while a request lies unread in it takes answers with it that the client has not read yet
      // (ECONNRESET, unix(7)): the client hangs up when it has read all.
      if (options.hello) await Promise.race([new Promise<void>((resolve) => closing.push(resolve)), deadline]);
      end();
    },
  };
  connection.onClose(end);
  connection.onError(() => ending || end());

  const { hello } = options;
  if (hello) {
    register(connection, 'hello', (params) => {
      const answer = hello(params);
      greeted = true;
      client = params.client;
      return answer;
    });
  }
  const bind = <M extends Exclude<MethodName, 'hello'>>(name: M) =>
    register(connection, name, (params) => {
      if (!greeted) throw new Refusal('unauthorized', 'This connection has not said hello with the token of host.json.');
      return handlers[name](params, session);
    });
  for (const name of methodNames()) if (name !== 'hello') bind(name);
  options.onOpen(session);
  connection.listen();
}

function methodNames(): MethodName[] {
  const known: Record<string, unknown> = methods;
  return Object.keys(known).filter((name): name is MethodName => name in methods);
}

function register<M extends MethodName>(
  connection: MessageConnection,
  name: M,
  handle: (params: z.output<Methods[M]['params']>) => Promise<Result<M>> | Result<M>,
): void {
  connection.onRequest(name, async (params: unknown) => {
    try {
      return await handle(check(name, params));
    } catch (error) {
      return errorFor(error);
    }
  });
}

const SCHEMAS: MethodSchemas = methods;

function check<M extends MethodName>(name: M, params: unknown): z.output<Methods[M]['params']> {
  const parsed = SCHEMAS[name].params.safeParse(params);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(parsed.error.issues, params, { whole: name, knownKeys: () => [] });
  const problems = issues.map(({ field, message }) => ({ field, message }));
  throw new Refusal('invalid', problems.map(({ message }) => message).join('; '), problems);
}

function errorFor(error: unknown): ResponseError<RefusalData> {
  if (error instanceof Refusal) return new ResponseError(REFUSAL_CODE, error.message, { kind: error.kind, issues: error.issues });
  console.error(error);
  if (isDiskFull(error))
    return new ResponseError(REFUSAL_CODE, 'Nothing was changed: there is no room on the disk. Make some, then try again.', {
      kind: 'internal',
      issues: [],
    });
  return new ResponseError(REFUSAL_CODE, `The host failed: ${error instanceof Error ? error.message : error}`, {
    kind: 'internal',
    issues: [],
  });
}
