import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import { messageTransport } from '../client/message-transport.ts';
import { CHANNEL } from '../preload/channel.ts';
import { isOwnPage } from './security.ts';

/** What is looked at to know who sent a message. */
export type Sender = Pick<IpcMainEvent, 'sender' | 'senderFrame'>;

/** Is it the top frame of this window, showing one of our own pages? */
export function isTrusted({ sender, senderFrame }: Sender, contents: WebContents): boolean {
  return sender === contents && senderFrame !== null && senderFrame === contents.mainFrame && isOwnPage(senderFrame.url);
}

/**
 * Gives each page that a window loads one connection: made at its first message, ended when the page goes. `serve` binds it to
 * the host and starts listening.
 */
export function serveWindow(ipc: IpcMain, contents: WebContents, serve: (connection: MessageConnection) => void): void {
  let listen: ((message: unknown) => void) | null = null;
  /** What came before the connection listened; null while there is no connection. */
  let early: unknown[] | null = null;
  let end: (() => void) | null = null;

  const connect = () => {
    let onClose: (() => void)[] = [];
    const { reader, writer } = messageTransport({
      send: (message) => {
        if (!contents.isDestroyed()) contents.send(CHANNEL, message);
      },
      onMessage: (listener) => {
        listen = listener;
        for (const message of early?.splice(0) ?? []) listener(message);
      },
      onClose: (listener) => onClose.push(listener),
    });
    end = () => {
      const listeners = onClose;
      [onClose, listen, early, end] = [[], null, null, null];
      for (const listener of listeners) listener();
    };
    early = [];
    serve(createMessageConnection(reader, writer));
  };

  const onMessage = (event: IpcMainEvent, message: unknown) => {
    if (event.sender !== contents) return;
    if (!isTrusted(event, contents)) return console.warn(`A message from ${event.senderFrame?.url ?? 'a frame that is gone'} was not taken.`);
    if (!early) connect();
    if (listen) listen(message);
    else early?.push(message);
  };
  ipc.on(CHANNEL, onMessage);
  contents.on('did-start-navigation', (_event, _url, isInPlace, isMainFrame) => {
    if (isMainFrame && !isInPlace) end?.();
  });
  contents.on('render-process-gone', () => end?.());
  contents.on('destroyed', () => {
    ipc.off(CHANNEL, onMessage);
    end?.();
  });
}
