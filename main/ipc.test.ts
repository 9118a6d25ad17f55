import { EventEmitter } from 'node:events';
import type { IpcMain, WebContents } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { serveWindow } from './ipc.ts';

class Contents extends EventEmitter {
  mainFrame = { url: 'app://bge2e/index.html#/queue' };
  sent: unknown[] = [];
  isDestroyed = () => false;
  numbers: unknown[] = [];
  send = (_channel: string, number: unknown, message: unknown) => {
    this.numbers.push(number);
    this.sent.push(message);
  };
}

let ipc: EventEmitter;
let contents: Contents;
let connections: MessageConnection[];

beforeEach(() => {
  [ipc, contents, connections] = [new EventEmitter(), new Contents(), []];
  serveWindow(ipc as unknown as IpcMain, contents as unknown as WebContents, (connection) => {
    connections.push(connection);
    connection.onRequest('hostStatus', () => ({ running: true }));
    let gone = false;
    connection.onClose(() => {
      gone = true;
    });
    setTimeout(() => gone || connection.listen(), 5); // a host that is not ready at once
  });
});

const request = { jsonrpc: '2.0', id: 1, method: 'hostStatus', params: {} };
const say = (message: unknown, over: { sender?: unknown; senderFrame?: unknown; number?: number } = {}) =>
  ipc.emit('rpc', { sender: contents, senderFrame: contents.mainFrame, ...over }, over.number ?? 1, message);
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

test('messages that come before the host listens are answered', async () => {
  say(request);
  say({ ...request, id: 2 });
  await vi.waitFor(() => expect(contents.sent).toHaveLength(2));
  expect(contents.sent).toMatchObject([
    { id: 1, result: { running: true } },
    { id: 2, result: { running: true } },
  ]);
  expect(connections).toHaveLength(1);
});

test.each([
  ['a frame within the page', () => ({ senderFrame: { url: 'app://bge2e/index.html' } })],
  ['a frame that is gone', () => ({ senderFrame: null })],
])('%s is not answered', async (_name, over) => {
  vi.spyOn(console, 'warn').mockReturnValueOnce(undefined);
  say(request, over());
  await settled();
  expect([connections.length, contents.sent]).toEqual([0, []]);
});

test('a page of another origin in this window is not answered', async () => {
  vi.spyOn(console, 'warn').mockReturnValueOnce(undefined);
  contents.mainFrame.url = 'app://bge2e.evil.example/index.html';
  say(request);
  await settled();
  expect([connections.length, contents.sent]).toEqual([0, []]);
});

test('the messages of another window are not this one’s', async () => {
  say(request, { sender: new Contents() });
  await settled();
  expect([connections.length, contents.sent]).toEqual([0, []]);
});

test('a page that is loaded anew gets a connection of its own, and the old one ends', async () => {
  say(request);
  await vi.waitFor(() => expect(contents.sent).toHaveLength(1));
  const ended = new Promise<void>((resolve) => connections[0]?.onClose(() => resolve()));
  contents.emit('did-start-navigation', {}, 'app://bge2e/index.html', false, true);
  await ended;
  say(request);
  await vi.waitFor(() => expect(contents.sent).toHaveLength(2));
  expect(connections).toHaveLength(2);
});

test('a page that connects anew ends its first connection, and never gets that one’s answers', async () => {
  say(request);
  say(request, { number: 2 });
  await vi.waitFor(() => expect(contents.sent).toHaveLength(1));
  await settled();
  expect([connections.length, contents.numbers]).toEqual([2, [2]]);
});

test('another page within the window keeps the connection', async () => {
  say(request);
  contents.emit('did-start-navigation', {}, 'app://bge2e/index.html#/history', true, true);
  say({ ...request, id: 2 });
  await vi.waitFor(() => expect(contents.sent).toHaveLength(2));
  expect(connections).toHaveLength(1);
});

test('a closed window leaves no listener behind', () => {
  say(request);
  contents.emit('destroyed');
  expect(ipc.listenerCount('rpc')).toBe(0);
});
