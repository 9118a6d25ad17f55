import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'electron-vite';
import { root } from '../setup/paths.mjs';

/** Bundles Electron's three parts into out/; electron.vite.config.mjs says how. */
export async function buildApp() {
  if (!['main/index.ts', 'preload/index.ts', 'renderer/index.html'].every((file) => existsSync(join(root, file)))) {
    console.warn('main/index.ts, preload/index.ts or renderer/index.html is not there yet');
  }
  await build({ root, configFile: join(root, 'electron.vite.config.mjs'), logLevel: 'warn' });
}
