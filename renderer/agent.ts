import type { HostClient, Unsubscribe } from '../client/client.ts';
import { connectElectron } from '../client/electron.ts';
import { followHost } from '../client/follow.ts';
import { connectWebSocket } from '../client/websocket.ts';
import type { MethodName, NotificationName, NotificationOf, Params, Result } from '../contract/api.ts';
import { Refusal } from '../contract/errors.ts';
import type { Snapshot } from '../contract/views.ts';

const TOKEN_KEY = 'bge2e.token';

/** What the page hears of its host, beside the contract's notifications. */
interface Heard {
  reset: Snapshot;
  connected: undefined;
  disconnected: undefined;
}

type HeardName = NotificationName | keyof Heard;
type Payload<N extends HeardName> = N extends NotificationName ? NotificationOf<N> : N extends keyof Heard ? Heard[N] : never;
type Listeners = { [N in HeardName]: Set<(payload: Payload<N>) => void> };

const listeners: Listeners = {
  taskChanged: new Set(),
  progress: new Set(),
  sample: new Set(),
  waiting: new Set(),
  paused: new Set(),
  machine: new Set(),
  schedules: new Set(),
  logGrew: new Set(),
  reset: new Set(),
  connected: new Set(),
  disconnected: new Set(),
};

let client: HostClient | null = null;

/** Calls a method of the host. Throws a `Refusal`; of kind `no_host` while there is no connection. */
export async function call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
  if (client === null) throw new Refusal('no_host', 'The host does not answer.');
  return client.call(method, params);
}

/** Listens over all connections, the present one and those that follow it. */
export function listen<N extends HeardName>(name: N, listener: (payload: Payload<N>) => void): Unsubscribe {
  const set: Set<(payload: Payload<N>) => void> = listeners[name];
  set.add(listener);
  return () => set.delete(listener);
}

function tell<N extends HeardName>(name: N, payload: Payload<N>): void {
  const set: Set<(payload: Payload<N>) => void> = listeners[name];
  for (const listener of set) listener(payload);
}

/** Is the page in the desktop app, or in a browser? */
export const inApp = (): boolean => window.bge2e !== undefined;

/** Whether the page may speak to a host: in the app always, in a browser with the token of its address. */
export const mayConnect = (): boolean => inApp() || token() !== null;

const token = (): string | null => sessionStorage.getItem(TOKEN_KEY);

/**
 * Takes the token out of the address (`#token=…`, perhaps with `&page=/runs/…`), keeps it for this tab and clears the address, so that
 * it is neither in the history nor in a screenshot. Answers whether there was one.
 */
export function takeToken(): boolean {
  const given = new URLSearchParams(location.hash.slice(1));
  const value = given.get('token');
  if (value === null) return false;
  sessionStorage.setItem(TOKEN_KEY, value);
  history.replaceState(null, '', `${location.pathname}#${given.get('page') ?? '/queue'}`);
  return true;
}

async function connect(): Promise<HostClient> {
  const opened = window.bge2e
    ? connectElectron(window.bge2e)
    : await connectWebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`, token() ?? '');
  // A connection has one listener for each name; taskChanged is followHost's.
  opened.on('progress', (payload) => tell('progress', payload));
  opened.on('sample', (payload) => tell('sample', payload));
  opened.on('waiting', (payload) => tell('waiting', payload));
  opened.on('paused', (payload) => tell('paused', payload));
  opened.on('schedules', (payload) => tell('schedules', payload));
  opened.on('machine', (payload) => tell('machine', payload));
  opened.on('logGrew', (payload) => tell('logGrew', payload));
  return opened;
}

/** Connects, and again whenever the connection is lost, until the answer is called. */
export function startAgent(): () => void {
  return followHost({
    connect,
    onReset: (snapshot) => tell('reset', snapshot),
    onEvent: (event) => tell('taskChanged', event),
    onConnected: (opened) => {
      client = opened;
      tell('connected', undefined);
    },
    onDisconnected: () => {
      client = null;
      tell('disconnected', undefined);
    },
  });
}

/** A sentence for a person about something that went wrong. */
export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
