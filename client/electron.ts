import { createMessageConnection } from 'vscode-jsonrpc/browser';
import { clientOver, type HostClient } from './client.ts';
import { messageTransport } from './message-transport.ts';

/** What the preload gives to the page: JSON-RPC messages in both directions and nothing else. */
export interface ElectronBridge {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Connects to the host in this app's main process. */
export function connectElectron(bridge: ElectronBridge): HostClient {
  const { reader, writer } = messageTransport({ send: bridge.send, onMessage: bridge.onMessage, onClose: () => {} });
  return clientOver(createMessageConnection(reader, writer), () => {});
}
