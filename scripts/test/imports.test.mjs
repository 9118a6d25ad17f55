import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkImports } from './imports.mjs';

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imports-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

test('imports along the arrows are fine', () => {
  write({
    'contract/task.ts': `import { z } from 'zod';`,
    'engine/engine.ts': `import { a } from '../contract/task.ts'; import { b } from '../supervisor/run.ts'; import fs from 'node:fs';`,
    'supervisor/run.ts': `export { a } from '../contract/task.ts';`,
    'main/index.ts': `import { app } from 'electron'; import '../host/host.ts';`,
    'renderer/page.tsx': `import { c } from '../client/client.ts'; const element = <b>{c}</b>;`,
    'client/client.ts': `import type { Socket } from 'node:net';`,
  });
  expect(checkImports(root)).toEqual([]);
});

test.each([
  ['renderer/page.tsx', `import '../engine/engine.ts';`, 'renderer may import itself, contract, client alone'],
  ['renderer/page.tsx', `import type { Engine } from '../engine/engine.ts';`, 'renderer may import itself, contract, client alone'],
  ['renderer/page.tsx', `const load = () => import('../engine/engine.ts');`, 'renderer may import itself, contract, client alone'],
  ['renderer/page.tsx', `import { join } from 'path';`, "renderer runs where Node's modules are missing"],
  ['engine/a.ts', `export { app } from 'electron/main';`, 'only main and preload may import Electron'],
  ['supervisor/a.ts', `import { decide } from '../engine/decide.ts';`, 'supervisor may import itself, contract alone'],
  ['contract/a.ts', `import { parse } from 'yaml';`, 'of packages, contract may import zod alone'],
  ['cli/a.ts', `import { b } from './b';`, 'a relative import names the file with its extension'],
])('%s may not say %s', (file, text, sentence) => {
  write({ [file]: text });
  expect(checkImports(root)).toEqual([expect.stringContaining(sentence)]);
});

test('a circle of imports is named, one of types is not', () => {
  write({
    'engine/a.ts': `import { b } from './b.ts';`,
    'engine/b.ts': `import { c } from './c.ts';`,
    'engine/c.ts': `import { a } from './a.ts';`,
  });
  expect(checkImports(root)).toEqual(['a circle of imports: engine/a.ts → engine/b.ts → engine/c.ts → engine/a.ts']);
  write({ 'engine/c.ts': `import type { a } from './a.ts';` });
  expect(checkImports(root)).toEqual([]);
});

test('a client module that needs Node is refused where the renderer reaches it', () => {
  write({
    'renderer/page.ts': `import '../client/client.ts';`,
    'client/client.ts': `import './socket.ts';`,
    'client/socket.ts': `import net from 'node:net';`,
  });
  expect(checkImports(root)).toEqual(['client/socket.ts imports node:net, and the renderer imports it (client/client.ts)']);
});
