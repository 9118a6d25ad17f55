import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type { HostClient } from '../client/client.ts';
import { type MethodName, methods, type NotificationName, notifications } from '../contract/api.ts';
import { REFUSAL_CODE, Refusal, type RefusalData } from '../contract/errors.ts';

/** Lets a window speak to a host in another process through a connection of its own, which ends with the window's. Starts listening. */
export function relay(connection: MessageConnection, client: HostClient): void {
  connection.onRequest(async (method: string, params: unknown) => {
    try {
      // The token stays here, and hello is said once.
      if (!isMethod(method) || method === 'hello') throw new Refusal('invalid', `There is no method "${method}".`);
      return await forward(client, method, params);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return asResponse(error);
    }
  });
  for (const name of notificationNames()) client.on(name, (payload) => void connection.sendNotification(name, payload).catch(() => {}));
  connection.onClose(() => client.close());
  connection.listen();
}

/** Answers everything with one sentence: there is no host to ask. */
export function refuseAll(connection: MessageConnection, refusal: Refusal): void {
  connection.onRequest(() => asResponse(refusal));
  connection.listen();
}

function asResponse({ message, kind, issues }: Refusal): ResponseError<RefusalData> {
  return new ResponseError(REFUSAL_CODE, message, { kind, issues });
}

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

async function forward(client: HostClient, method: MethodName, params: unknown): Promise<unknown> {
  const parsed = methods[method].params.safeParse(params);
  if (parsed.success) return client.call(method, parsed.data);
  throw new Refusal('invalid', parsed.error.issues.map(({ path, message }) => `${path.join('.') || method}: ${message}`).join('; '));
}

function notificationNames(): NotificationName[] {
  return Object.keys(notifications).filter((name): name is NotificationName => name in notifications);
}
