import { contextBridge, ipcRenderer } from 'electron';
import type { ElectronBridge } from '../client/electron.ts';
import { CHANNEL } from './channel.ts';

// A page that lost patience connects again. Each message carries the number of its connection, so that none takes
// another's answers for its own.
let connection = 0;
let receive: (message: unknown) => void = () => {};
ipcRenderer.on(CHANNEL, (_event, of: unknown, message: unknown) => {
  if (of === connection) receive(message);
});

const bridge: ElectronBridge = {
  send: (message) => ipcRenderer.send(CHANNEL, connection, message),
  onMessage: (listener) => {
    connection += 1;
    receive = listener;
  },
};

contextBridge.exposeInMainWorld('bge2e', bridge);
