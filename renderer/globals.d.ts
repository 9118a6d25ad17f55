import type { ElectronBridge } from '../client/electron.ts';

declare global {
  interface Window {
    /** Given by the preload in Electron; absent in a browser. */
    bge2e?: ElectronBridge;
  }
}
