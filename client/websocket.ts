import { createMessageConnection } from 'vscode-jsonrpc/browser';
import { Refusal } from '../contract/errors.ts';
import { clientOver, DEADLINE_MS, type HostClient } from './client.ts';
import { messageTransport } from './message-transport.ts';

/** Connects to the host that served this page. The token travels as a WebSocket sub-protocol: addresses end up in logs, it does not. */
export function connectWebSocket(url: string, token: string): Promise<HostClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['bge2e', `token.${token}`]);
    const timer = setTimeout(() => socket.close(), DEADLINE_MS);
    const refuse = () => {
      clearTimeout(timer);
      reject(new Refusal('no_host', 'The host does not answer.'));
    };
    socket.addEventListener('close', refuse, { once: true });
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      socket.removeEventListener('close', refuse);
      const { reader, writer } = messageTransport({
        send: (message) => socket.send(JSON.stringify(message)),
        onMessage: (listener) => socket.addEventListener('message', ({ data }) => listener(JSON.parse(String(data)))),
        onClose: (listener) => socket.addEventListener('close', listener),
      });
      resolve(clientOver(createMessageConnection(reader, writer), () => socket.close()));
    });
  });
}
