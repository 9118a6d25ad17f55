import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';

const folder = join(import.meta.dirname, '..');

export interface CommandOptions {
  home: string;
  cwd: string;
  env?: Record<string, string>;
  /** Which program; default `bge2e`. */
  program?: 'bge2e' | 'unified-test-runner';
}

const OPTIONS = { reject: false, stripFinalNewline: false, stdin: 'ignore' } as const;

/** Starts one of our commands from its sources. Whatever its exit code, it does not throw. */
export function start(args: readonly string[], { home, cwd, env = {}, program = 'bge2e' }: CommandOptions): ResultPromise<typeof OPTIONS> {
  return execa(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, `${program}.ts`), ...args], {
    ...OPTIONS,
    cwd,
    env: { BGE2E_HOME: home, LOGLEVEL: '', NO_COLOR: '', ...env },
  });
}

export interface Ended {
  code: number | undefined;
  out: string;
  err: string;
}

/** Runs one of our commands to its end. */
export async function run(args: readonly string[], options: CommandOptions): Promise<Ended> {
  const { exitCode, stdout, stderr } = await start(args, options);
  return { code: exitCode, out: stdout, err: stderr };
}

/** A project whose suites end as their names say. */
export const PROJECT = {
  'background-e2e.yaml': `categories:
  quick: { command: [node, suite.mjs], reports: [out/junit.xml] }
  red: { command: [node, suite.mjs, red], reports: [out/junit.xml] }
  silent: { command: [node, -e, "console.log('no report')"], reports: [out/nothing.xml] }
  waits: { command: [node, waits.mjs], verdict_from: exit_code }
  second_time: { command: [node, second-time.mjs], verdict_from: exit_code, max_retries: 1 }
`,
  'suite.mjs': `import { mkdirSync, writeFileSync } from 'node:fs';
const red = process.argv.includes('red');
mkdirSync('out', { recursive: true });
console.log(JSON.stringify(process.argv.slice(2)), process.env.GREETING ?? '');
const failure = red ? '<failure message="expected 3, got 4"/>' : '';
writeFileSync('out/junit.xml', '<testsuites><testsuite name="s"><testcase classname="cart" name="adds"/><testcase classname="cart" name="pays">' + failure + '</testcase></testsuite></testsuites>');
process.exitCode = red ? 1 : 0;
`,
  // Waits until the file go is there; SIGTERM ends it.
  'waits.mjs': "import { existsSync } from 'node:fs'; console.log('begun'); setInterval(() => existsSync('go') && process.exit(0), 10);",
  'second-time.mjs':
    "import { existsSync, writeFileSync } from 'node:fs'; const again = existsSync('seen'); console.log(again ? 'second ✓' : 'first ✗'); writeFileSync('seen', ''); process.exitCode = again ? 0 : 1;",
};
