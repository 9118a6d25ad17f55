import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parsedJson } from '../../contract/json.ts';
import { jestTool, mochaTool, vitestTool } from './tools/by-name.ts';
import { cypressTool } from './tools/cypress.ts';
import { goTestTool, gotestsumTool } from './tools/go-test.ts';
import { nodeTestTool } from './tools/node-test.ts';
import { playwrightTool } from './tools/playwright.ts';
import { pytestTool } from './tools/pytest.ts';
import type { RerunTool } from './tools/tool.ts';

/** What a command runs. */
export interface KnownCommand {
  tool: RerunTool;
  /** How many words of the command begin the tool; what follows are its arguments. */
  words: number;
  /** The tool stands in a script of package.json: it can be given more arguments, after this word where there is one. */
  script: { separator: string | null; arguments: readonly string[] } | null;
}

/** By the name of the program, and by the word after it where it does more than testing. */
const TOOLS: Readonly<Record<string, { tool: RerunTool; command?: string }>> = {
  playwright: { tool: playwrightTool, command: 'test' },
  pytest: { tool: pytestTool },
  'py.test': { tool: pytestTool },
  cypress: { tool: cypressTool, command: 'run' },
  jest: { tool: jestTool },
  vitest: { tool: vitestTool },
  mocha: { tool: mochaTool },
  _mocha: { tool: mochaTool },
  go: { tool: goTestTool, command: 'test' },
  gotestsum: { tool: gotestsumTool },
};

/** Programs that start another one with the rest of their arguments. */
const STARTERS =
  /^(?:npx|bunx|pnpx|pnpm|npm|yarn|bun|exec|dlx|x|uv|uvx|poetry|pipenv|pdm|hatch|rye|run|python[\d.]*|py|node|env|cross-env|dotenv|xvfb-run|nice|time|--|-.*|[A-Za-z_]\w*=.*)$/;

/** Recognises by its words what a command runs; null where it may be anything. */
export function knownCommand(command: readonly string[], projectRoot: string): KnownCommand | null {
  return direct(command) ?? ofScript(command, projectRoot);
}

function direct(command: readonly string[]): KnownCommand | null {
  for (const [index, word] of command.entries()) {
    const name = basename(word.replaceAll('\\', '/')).replace(/\.(?:[cm]?js|cmd|exe|py)$/, '');
    if (name === 'node' && command[index + 1] === '--test') return { tool: nodeTestTool, words: index + 2, script: null };
    const known = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
    if (known && known.command === undefined) return { tool: known.tool, words: index + 1, script: null };
    if (known && command[index + 1] === known.command) return { tool: known.tool, words: index + 2, script: null };
    if (!STARTERS.test(name)) return null;
  }
  return null;
}

/** `npm test`, `npm run e2e`, `yarn e2e`: where the script is one command without a shell's own words, its tool is given more arguments. */
function ofScript(command: readonly string[], projectRoot: string): KnownCommand | null {
  const [manager = '', ...words] = command;
  if (!/^(?:npm|pnpm|yarn|bun)$/.test(manager)) return null;
  const name = words.find((word) => word !== 'run' && word !== 'run-script' && !word.startsWith('-'));
  const text = name === undefined ? undefined : scriptsOf(projectRoot).get(name === 't' ? 'test' : name);
  if (text === undefined || /[;&|<>$`"'\\()*?]/.test(text)) return null;
  const script = text.trim().split(/\s+/);
  const known = direct(script);
  if (known === null) return null;
  const separator = manager === 'npm' ? '--' : null;
  return { tool: known.tool, words: command.length, script: { separator, arguments: script.slice(known.words) } };
}

function scriptsOf(projectRoot: string): Map<string, string> {
  const scripts = new Map<string, string>();
  try {
    const manifest = parsedJson(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return scripts;
    if (typeof manifest.scripts !== 'object' || manifest.scripts === null) return scripts;
    for (const [name, text] of Object.entries(manifest.scripts)) if (typeof text === 'string') scripts.set(name, text);
  } catch {
    // no package.json: then there are no scripts
  }
  return scripts;
}
