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

/** The main process's end of a page's connection. */
interface Line {
  readonly number: unknown;
  receive(message: unknown): void;
  end(): void;
}

/**
 * Gives the page of a window its connection to the host: made at its first message, ended when the page goes or connects anew.
 * `serve` binds a connection to the host and starts listening, now or later.
 */
export function serveWindow(ipc: IpcMain, contents: WebContents, serve: (connection: MessageConnection) => void): void {
  let line: Line | null = null;
  const hangUp = () => {
    line?.end();
    line = null;
  };
  const onMessage = (event: IpcMainEvent, number: unknown, message: unknown) => {
    if (event.sender !== contents) return;
    if (!isTrusted(event, contents))
      return console.warn(`A message from ${event.senderFrame?.url ?? 'a frame that is gone'} was not taken.`);
    if (line?.number !== number) {
      hangUp();
      line = openLine(number, contents, serve);
    }
    line?.receive(message);
  };
  ipc.on(CHANNEL, onMessage);
  contents.on('did-start-navigation', (_event, _url, isInPlace, isMainFrame) => {
    if (isMainFrame && !isInPlace) hangUp();
  });
  contents.on('render-process-gone', hangUp);
  contents.on('destroyed', () => {
    ipc.off(CHANNEL, onMessage);
    hangUp();
  });
}

function openLine(number: unknown, contents: WebContents, serve: (connection: MessageConnection) => void): Line {
  const onClose: (() => void)[] = [];
  const early: unknown[] = [];
  let listener: ((message: unknown) => void) | null = null;
  let ended = false;
  const { reader, writer } = messageTransport({
    send: (message) => {
      if (!ended && !contents.isDestroyed()) contents.send(CHANNEL, number, message);
    },
    onMessage: (given) => {
      listener = given;
      for (const message of early.splice(0)) given(message);
    },
    onClose: (given) => onClose.push(given),
  });
  serve(createMessageConnection(reader, writer));
  return {
    number,
    receive(message) {
      if (listener) listener(message);
      else early.push(message);
    },
    end() {
      ended = true;
      for (const close of onClose) close();
    },
  };
}
