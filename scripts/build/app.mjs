import { join } from 'node:path';
import { build } from 'electron-vite';
import { root } from '../setup/paths.mjs';

/** Bundles Electron's three parts into out/; electron.vite.config.mjs says how. */
export async function buildApp() {
  await build({ root, configFile: join(root, 'electron.vite.config.mjs'), logLevel: 'warn' });
}
