import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from '../setup/paths.mjs';

const dist = join(root, 'dist');
const COMMANDS = ['bge2e', 'unified-test-runner'];

/**
 * What is bundled together may share chunks. The supervisor is alone: it starts once per attempt, and one file loads
 * faster than several. The commands are CommonJS, which Node loads 10 ms faster.
 */
const GROUPS = [
  { target: 'node20.11', format: 'cjs', entries: { bge2e: 'cli/bge2e.ts', 'unified-test-runner': 'cli/unified-test-runner.ts' } },
  { target: 'node20.11', entries: { agent: 'agent/agent.ts' } },
  { target: 'node24', entries: { host: 'host/main.ts', doctor: 'host/doctor.ts' } },
  { target: 'node24', entries: { supervisor: 'supervisor/supervise.ts' } },
  // Alone for the same reason. The commands start it too, on the Node that runs them.
  { target: 'node20.11', entries: { 'report-reader': 'engine/reports/report-reader.ts' } },
];

const EXTENSIONS = { esm: 'js', cjs: 'cjs' };

const COPIED = { 'playwright-reporter.cjs': 'engine/runners/playwright-reporter.cjs' };

/** A host that runs from an older build may still load a chunk of it. */
const KEEP_OLD_CHUNKS_MS = 24 * 60 * 60_000;

/** Bundles the commands, the agent, the host and the supervisor into dist/. */
export async function buildPrograms() {
  const fresh = join(dist, `.new-${process.pid}`);
  try {
    await Promise.all(GROUPS.map((group) => bundle(group, fresh)));
    for (const [name, source] of Object.entries(COPIED)) copyFileSync(join(root, source), join(fresh, name));
    for (const name of COMMANDS) writeCommand(fresh, name);
    publish(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function bundle({ target, format = 'esm', entries }, folder) {
  const input = Object.fromEntries(Object.entries(entries).map(([name, source]) => [name, join(root, source)]));
  const build = await rolldown({
    input,
    cwd: root,
    platform: 'node',
    external: [/^node:/, 'electron'],
    transform: { target },
    plugins: [lazyCrypto],
    tsconfig: false,
    checks: { eval: false },
    onLog: (level, log, handle) => handle(level === 'warn' && log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log),
  });
  await build.write({
    dir: folder,
    format,
    sourcemap: true,
    entryFileNames: `[name].${EXTENSIONS[format]}`,
    // Beside the entries, so that a path relative to a module means the same in every one of them.
    chunkFileNames: `chunk-[name]-[hash].${EXTENSIONS[format]}`,
  });
  await build.close();
}

/** vscode-jsonrpc loads it for names of pipes that nobody asks for here; that would take 4 ms of a command's start. */
const lazyCrypto = {
  name: 'lazy-crypto',
  resolveId: (id, importer) => (id === 'crypto' && importer?.includes('vscode-jsonrpc') ? '\0lazy-crypto.cjs' : null),
  load: (id) => (id === '\0lazy-crypto.cjs' ? LAZY_CRYPTO : null),
};
const LAZY_CRYPTO = "for (const name of ['randomUUID', 'randomBytes']) exports[name] = (...args) => require('node:crypto')[name](...args);";

/** What a shell runs. Code that is loaded after the cache was turned on is compiled once, not at every start; Node 20 has none. */
function writeCommand(folder, name) {
  const file = join(folder, `${name}.js`);
  const lines = [
    '#!/usr/bin/env node',
    "import module from 'node:module';",
    'module.enableCompileCache?.();',
    `module.createRequire(import.meta.url)('./${name}.cjs');`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
}

/** Moves a finished build into dist/ file by file: whoever starts a command meanwhile finds the old one or the new one. */
function publish(fresh) {
  mkdirSync(dist, { recursive: true });
  const isChunk = (name) => name.startsWith('chunk-');
  const names = readdirSync(fresh).sort((a, b) => Number(isChunk(b)) - Number(isChunk(a)));
  for (const name of names) renameSync(join(fresh, name), join(dist, name));
  for (const name of readdirSync(dist)) {
    const file = join(dist, name);
    if (isChunk(name) && !names.includes(name) && Date.now() - statSync(file).mtimeMs > KEEP_OLD_CHUNKS_MS) rmSync(file);
  }
}
