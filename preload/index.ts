import { contextBridge, ipcRenderer } from 'electron';
import type { ElectronBridge } from '../client/electron.ts';
import { CHANNEL } from './channel.ts';

const bridge: ElectronBridge = {
  send: (message) => ipcRenderer.send(CHANNEL, message),
  onMessage: (listener) => {
    // One connection a page: a page that connects again takes the messages over.
    ipcRenderer.removeAllListeners(CHANNEL);
    ipcRenderer.on(CHANNEL, (_event, message: unknown) => listener(message));
  },
};

contextBridge.exposeInMainWorld('bge2e', bridge);
