// Checks that imports run one way: contract ← supervisor ← engine ← host ← main; contract ← client ← {host, renderer, agent, main};
// client, agent ← cli. Also that no modules import each other in a circle.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'rolldown/utils';

/**
 * For each folder: the folders of ours that it may import, whether Node's modules, and which packages (`true`: any but
 * Electron, which only main and preload may).
 */
const RULES = {
  contract: { folders: [], node: false, packages: ['zod'] },
  supervisor: { folders: ['contract'], node: true, packages: true },
  engine: { folders: ['contract', 'supervisor'], node: true, packages: true },
  host: { folders: ['contract', 'supervisor', 'engine', 'client'], node: true, packages: true },
  client: { folders: ['contract'], node: true, packages: true },
  agent: { folders: ['contract', 'client'], node: true, packages: true },
  cli: { folders: ['contract', 'client', 'agent'], node: true, packages: true },
  main: { folders: ['contract', 'client', 'host', 'engine', 'supervisor', 'preload'], node: true, packages: true, electron: true },
  preload: { folders: ['contract', 'client'], node: false, packages: true, electron: true },
  renderer: { folders: ['contract', 'client'], node: false, packages: true },
};

const TEST = /\.(test|spec)\.tsx?$/;
const isBuiltin = (name) => name.startsWith('node:') || builtinModules.includes(name.split('/')[0]);
const packageOf = (name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** Gives a sentence for each import below `root` that goes the wrong way, and for each circle. */
export function checkImports(root) {
  const problems = [];
  const graph = new Map();
  for (const [folder, rule] of Object.entries(RULES)) {
    for (const file of sourcesIn(join(root, folder))) {
      const name = toPosix(relative(root, file));
      const imports = importsOf(file);
      for (const wanted of imports.map((item) => item.name)) {
        const why = TEST.test(name) ? null : refusal(folder, rule, name, wanted);
        if (why) problems.push(`${name} imports ${wanted}: ${why}`);
      }
      // Types are gone when the program runs: a circle of them does no harm.
      const real = imports.filter((item) => !item.typeOnly && item.name.startsWith('.'));
      graph.set(
        name,
        real.map((item) => posix.join(posix.dirname(name), item.name)),
      );
    }
  }
  return [...problems, ...circles(graph), ...browserProblems(root, graph)];
}

function refusal(folder, rule, name, wanted) {
  if (wanted.startsWith('.')) {
    const target = posix.join(posix.dirname(name), wanted);
    if (!/\.\w+$/.test(target)) return 'a relative import names the file with its extension';
    const other = target.split('/')[0];
    if (other === folder || rule.folders.includes(other) || target === 'package.json' || other === 'assets') return null;
    return `${folder} may import ${['itself', ...rule.folders].join(', ')} alone`;
  }
  if (packageOf(wanted) === 'electron') return rule.electron ? null : 'only main and preload may import Electron';
  if (isBuiltin(wanted)) return rule.node ? null : `${folder} runs where Node's modules are missing`;
  if (rule.packages === true || rule.packages.includes(packageOf(wanted))) return null;
  return `of packages, ${folder} may import ${rule.packages.join(', ')} alone`;
}

/** What the renderer reaches through the client must not need Node either. */
function browserProblems(root, graph) {
  const problems = [];
  const cameFrom = new Map([...graph.keys()].filter((name) => name.startsWith('renderer/') && !TEST.test(name)).map((name) => [name, '']));
  for (const name of cameFrom.keys()) {
    for (const next of graph.get(name) ?? []) if (graph.has(next) && !cameFrom.has(next)) cameFrom.set(next, name);
    if (name.startsWith('renderer/')) continue;
    for (const item of importsOf(join(root, name))) {
      if (!item.typeOnly && isBuiltin(item.name))
        problems.push(`${name} imports ${item.name}, and the renderer imports it (${cameFrom.get(name)})`);
    }
  }
  return problems;
}

function circles(graph) {
  const state = new Map();
  const found = [];
  const visit = (name, path) => {
    if (state.get(name) === 'done' || !graph.has(name)) return;
    if (state.get(name) === 'open') {
      found.push(`a circle of imports: ${[...path.slice(path.indexOf(name)), name].join(' → ')}`);
      return;
    }
    state.set(name, 'open');
    for (const next of graph.get(name)) visit(next, [...path, name]);
    state.set(name, 'done');
  };
  for (const name of graph.keys()) visit(name, []);
  return found;
}

function importsOf(file) {
  const { module, program, errors } = parseSync(file, readFileSync(file, 'utf8'));
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const found = [];
  for (const item of module.staticImports) {
    found.push({ name: item.moduleRequest.value, typeOnly: item.entries.length > 0 && item.entries.every((entry) => entry.isType) });
  }
  for (const item of module.staticExports.flatMap((statement) => statement.entries)) {
    if (item.moduleRequest) found.push({ name: item.moduleRequest.value, typeOnly: item.isType });
  }
  for (const item of module.dynamicImports) {
    const text = readFileSync(file, 'utf8').slice(item.moduleRequest.start, item.moduleRequest.end);
    if (/^(['"]).*\1$/.test(text)) found.push({ name: text.slice(1, -1), typeOnly: true }); // loaded later: no circle at the start
  }
  return program ? found : [];
}

function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const toPosix = (path) => path.split(sep).join('/');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkImports(dirname(dirname(import.meta.dirname)));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
