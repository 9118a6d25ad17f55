import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { electronTargets } from './scripts/build/electron-target.mjs';

const targets = electronTargets();
const chrome = Number(targets.chrome.replace('chrome', ''));
const root = import.meta.dirname;

/** Main or preload: one CommonJS file in which everything but Electron and Node's own modules is bundled. */
function program(folder) {
  const entry = join(root, folder, 'index.ts');
  return {
    build: {
      target: targets.node,
      outDir: join(root, 'out', folder),
      externalizeDeps: false,
      sourcemap: true,
      lib: { entry, formats: ['cjs'], fileName: () => 'index.cjs' },
      rolldownOptions: { output: { entryFileNames: 'index.cjs', chunkFileNames: 'chunk-[name]-[hash].cjs' } },
    },
  };
}

const index = join(root, 'renderer', 'index.html');

export default defineConfig({
  main: program('main'),
  preload: program('preload'),
  renderer: {
    root: join(root, 'renderer'),
    base: './',
    plugins: [react()],
    css: { transformer: 'lightningcss', lightningcss: { targets: { chrome: chrome << 16 } } },
    build: {
      target: targets.chrome,
      cssTarget: targets.chrome,
      cssMinify: 'lightningcss',
      outDir: join(root, 'out', 'renderer'),
      emptyOutDir: true,
      sourcemap: true,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: index },
    },
  },
});
