import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import type { Suite } from '../runners/suite.ts';
import { aSuite } from '../testing/a-suite.ts';
import type { FailedTest } from './failed-tests.ts';
import { selectFailed } from './select.ts';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'bge2e-rerun-'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const failed = (rest: Partial<FailedTest> = {}): FailedTest => ({
  name: 'adds up',
  fullName: null,
  isGroup: false,
  suite: ['cart'],
  file: 'cart.spec.ts',
  line: 7,
  browser: null,
  ...rest,
});

/** The command line that runs these tests, and why it runs more. */
function select(suite: Partial<Suite>, tests: FailedTest[], additionalArgs: string[] = []) {
  const {
    suite: found,
    additionalArgs: rest,
    note,
    isWhole,
  } = selectFailed(aSuite(suite), { project, category: 'e2e', additionalArgs }, tests);
  return { argv: [...(found.command ?? []), ...found.args, ...rest], note, isWhole };
}
const argvFor = (command: string[], tests: FailedTest[], additionalArgs: string[] = []) => select({ command }, tests, additionalArgs).argv;

describe('Playwright', () => {
  const playwright = (args: string[], tests: FailedTest[], additional: string[] = []) =>
    select({ runner: 'playwright', command: null, args }, tests, additional).argv;

  test('runs file:line, each once, in the projects in which they failed', () => {
    const tests = [
      failed({ browser: 'chromium' }),
      failed({ browser: 'firefox' }),
      failed({ file: 'pay.spec.ts', line: 3, browser: 'chromium' }),
    ];
    expect(playwright([], tests)).toEqual(['cart.spec.ts:7', 'pay.spec.ts:3', '--project=chromium', '--project=firefox']);
  });

  test('loses what picked other tests, and keeps everything else', () => {
    expect(
      playwright(
        ['smoke/', '--grep', '@slow', '--shard=1/3', '--project', 'chromium', 'webkit', '--headed'],
        [failed({ browser: 'webkit' })],
      ),
    ).toEqual(['cart.spec.ts:7', '--grep', '@slow', '--headed', '--project=webkit']);
    expect(playwright([], [failed()], ['cart.spec.ts', '--retries', '2', '--last-failed'])).toEqual(['cart.spec.ts:7', '--retries', '2']);
    expect(playwright(['old.spec.ts:1'], [failed()])).toEqual(['cart.spec.ts:7']);
  });

  test('a file name is a regular expression to it', () => {
    expect(playwright([], [failed({ file: 'app/[id]/a+b.spec.ts' })])).toEqual(['app/\\[id\\]/a\\+b.spec.ts:7']);
  });

  test('with too many tests for a command line their files run, then the whole suite, and each says so', () => {
    const many = (file: (index: number) => string) => Array.from({ length: 20_000 }, (_, line) => failed({ line, file: file(line) }));
    const files = select(
      { runner: 'playwright', command: null },
      many((index) => `f${index % 3}.spec.ts`),
    );
    expect(files).toMatchObject({ argv: ['f0.spec.ts', 'f1.spec.ts', 'f2.spec.ts'], isWhole: false });
    expect(files.note).toContain('all tests of their files run');
    const whole = select(
      { runner: 'playwright', command: null, args: ['--grep', 'x'] },
      many((index) => `file-${index}.spec.ts`),
    );
    expect(whole).toMatchObject({ argv: ['--grep', 'x'], isWhole: true });
    expect(whole.note).toContain('the whole suite runs');
  });

  test('a command that starts it is told the same', () => {
    expect(argvFor(['npx', 'playwright', 'test', 'tests/', '-x'], [failed()])).toEqual([
      'npx',
      'playwright',
      'test',
      '-x',
      'cart.spec.ts:7',
    ]);
  });
});

describe('pytest', () => {
  const inTest = (name: string, className: string) => failed({ name, suite: ['pytest', className], file: null, line: null });
  beforeEach(() => {
    mkdirSync(join(project, 'tests'));
    writeFileSync(join(project, 'tests', 'test_cart.py'), '');
  });

  test('gets node ids, which it makes of the class names of the report, in place of its folders', () => {
    const tests = [inTest('test_total[a/b-1]', 'tests.test_cart.TestCart.TestInner'), inTest('test_ok', 'tests.test_cart')];
    expect(argvFor(['python3', '-m', 'pytest', '-v', 'tests', '-k', 'cart', '--junitxml', 'out.xml', '--lf'], tests)).toEqual([
      ...['python3', '-m', 'pytest', '-v', '-k', 'cart', '--junitxml', 'out.xml'],
      'tests/test_cart.py::TestCart::TestInner::test_total[a/b-1]',
      'tests/test_cart.py::test_ok',
    ]);
  });

  test('where a file is not found, it runs what it remembers itself, and that is said', () => {
    const { argv, note } = select({ command: ['pytest', 'tests'] }, [inTest('test_total', 'elsewhere.test_cart')]);
    expect(argv).toEqual(['pytest', 'tests', '--last-failed', '--last-failed-no-failures=none']);
    expect(note).toContain('its own last run');
  });
});

test('Cypress runs whole spec files, and says so', () => {
  const tests = [
    failed({ file: 'cypress/e2e/a.cy.js' }),
    failed({ name: 'other', file: 'cypress/e2e/a.cy.js' }),
    failed({ file: 'cypress/e2e/b.cy.js' }),
  ];
  const { argv, note } = select({ command: ['npx', 'cypress', 'run', '--spec', 'cypress/**', '--browser', 'chrome'] }, tests);
  expect(argv).toEqual(['npx', 'cypress', 'run', '--browser', 'chrome', '--spec', 'cypress/e2e/a.cy.js,cypress/e2e/b.cy.js']);
  expect(note).toContain('whole spec files');
});

test('node --test gets a pattern that means the name, before its files', () => {
  expect(
    argvFor(
      ['node', '--test', '--test-reporter', 'junit', 'all/*.mjs'],
      [failed({ name: 'costs 5 $ (now)', suite: ['test'], file: 'a.test.mjs' })],
    ),
  ).toEqual([...['node', '--test', '--test-name-pattern=^costs 5 \\$ \\(now\\)$', '--test-reporter', 'junit', 'a.test.mjs']]);
});

test('node --test runs the test around a subtest as well, but not the block around a test', () => {
  writeFileSync(join(project, 'a.test.mjs'), "describe('cart', () => {});\ntest('pays', async (t) => {});\n");
  const within = (outer: string) => {
    const { argv, note } = select({ command: ['node', '--test'] }, [failed({ name: 'adds', suite: [outer], file: 'a.test.mjs' })]);
    return [argv.filter((word) => word.startsWith('--test-name-pattern')), note];
  };
  expect(within('cart')).toEqual([['--test-name-pattern=^adds$'], null]);
  expect(within('test')).toEqual([['--test-name-pattern=^adds$'], null]);
  expect(within('pays')).toEqual([['--test-name-pattern=^pays$', '--test-name-pattern=^adds$'], expect.stringContaining('subtest')]);
});

describe('Jest, Vitest and mocha', () => {
  test('get a pattern for the end of the whole name, from the beginning of a word, and the files where they stand', () => {
    const tests = [failed({ name: 'cart adds up', suite: [] }), failed({ name: 'pays (twice)' })];
    expect(argvFor(['npx', 'jest', '--ci', '-t', 'old'], tests)).toEqual([
      ...['npx', 'jest', '--ci', '--runTestsByPath', 'cart.spec.ts', '-t', '(?:^| )cart adds up$|(?:^| )pays \\(twice\\)$'],
    ]);
    expect(argvFor(['vitest', 'run', 'shop/'], [failed({ name: 'cart > adds up', suite: ['cart.spec.ts'] })])).toEqual([
      ...['vitest', 'run', 'cart.spec.ts', '-t', '(?:^| )cart(?: > | )adds up$'],
    ]);
    expect(/(?:^| )cart(?: > | )adds up$/.test('shop cart adds up')).toBe(true);
    expect(argvFor(['mocha', 'test/**/*.js', '--grep=x'], [failed()])).toEqual(['mocha', 'test/**/*.js', '-g', '(?:^| )adds up$']);
  });

  test('get all of the name where the report tells it, or has the blocks in it', () => {
    const patternFor = (test: Partial<FailedTest>) => argvFor(['mocha'], [failed(test)])[2];
    expect(patternFor({ fullName: 'shop cart adds up' })).toBe('^shop cart adds up$');
    expect(patternFor({ name: 'shop cart adds up' })).toBe('^shop cart adds up$');
    const itself = new RegExp(patternFor({ name: 'cart is empty' }) ?? '');
    expect(['cart is empty', 'cart cart is empty', 'a cart is empty'].map((name) => itself.test(name))).toEqual([true, true, false]);
  });

  test('run the block of a hook that failed, and everything for a hook of all tests', () => {
    const hook = '"before each" hook: clean for "adds up"';
    expect(select({ command: ['mocha'] }, [failed({ name: hook, fullName: `cart ${hook}` })])).toMatchObject({
      argv: ['mocha', '-g', '^cart '],
      note: expect.stringContaining('all of its tests'),
    });
    expect(select({ command: ['mocha'] }, [failed(), failed({ name: hook })])).toMatchObject({
      argv: ['mocha'],
      note: expect.stringContaining('all of its tests'),
    });
  });

  test('run all of a block or file that failed as a whole', () => {
    const block = failed({ name: 'db', isGroup: true });
    expect(argvFor(['vitest', 'run'], [block])).toEqual(['vitest', 'run', 'cart.spec.ts', '-t', '^db ']);
    const file = failed({ name: 'cart.spec.ts', isGroup: true });
    expect(select({ command: ['vitest', 'run'] }, [block, file])).toMatchObject({
      argv: ['vitest', 'run', 'cart.spec.ts'],
      note: expect.stringContaining('all of its tests'),
    });
  });
});

test('go test and gotestsum run whole top-level tests by name', () => {
  const tests = [failed({ name: 'TestCart/adds_up' }), failed({ name: 'TestCart' }), failed({ name: 'TestPay' })];
  expect(argvFor(['go', 'test', '-v', './...', '-run', 'Old'], tests)).toEqual([
    'go',
    'test',
    '-v',
    './...',
    '-run',
    '^(TestCart|TestPay)$',
  ]);
  expect(argvFor(['gotestsum', '--junitfile', 'o.xml'], tests)).toEqual([
    ...['gotestsum', '--junitfile', 'o.xml', '--', '-run', '^(TestCart|TestPay)$', './...'],
  ]);
});

test('a script of package.json is given more arguments, where it is one plain command', () => {
  const scripts = { test: 'mocha test', e2e: 'vitest run', both: 'lint && vitest run', some: 'playwright test only/' };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ scripts }));
  expect(argvFor(['npm', 'test'], [failed()])).toEqual(['npm', 'test', '--', '-g', '(?:^| )adds up$']);
  expect(argvFor(['pnpm', 'run', 'e2e'], [failed()])).toEqual(['pnpm', 'run', 'e2e', 'cart.spec.ts', '-t', '(?:^| )adds up$']);
  for (const script of ['both', 'some', 'gone']) expect(() => argvFor(['npm', 'run', script], [failed()])).toThrow(Refusal);
});

describe('a template of the project', () => {
  const filled = (rerunFailed: string[], tests: FailedTest[]) => select({ rerunFailed, args: ['--all'] }, tests).argv;
  const tests = [failed(), failed({ name: 'a b' }), failed({ name: '$& {names}', file: 'pay.spec.ts', suite: [] })];

  test('repeats an argument for each value, or joins them', () => {
    expect(filled(['npm', 'test', '--', '--only', '{files}'], tests)).toEqual([
      'npm',
      'test',
      '--',
      '--only',
      'cart.spec.ts',
      'pay.spec.ts',
    ]);
    expect(filled(['run', '--file={files}'], tests)).toEqual(['run', '--file=cart.spec.ts', '--file=pay.spec.ts']);
    expect(filled(['run', '--names={names:|}'], tests)).toEqual(['run', '--names=adds up|a b|$& {names}']);
    expect(filled(['run', '{ids}'], tests)).toEqual([
      'run',
      'cart.spec.ts::cart::adds up',
      'cart.spec.ts::cart::a b',
      'pay.spec.ts::$& {names}',
    ]);
  });

  test('that asks for files which the report does not name is refused with that reason', () => {
    expect(() => filled(['run', '{files}'], [failed({ file: null })])).toThrow('asks for {files}');
  });
});

test('what may be anything is refused with a sentence that names the field of the template', () => {
  for (const command of [
    ['sh', '-c', 'jest'],
    ['make', 'test'],
    ['node', 'jest-like.mjs', 'jest'],
    ['npx', 'playwright', 'show-report'],
    ['k6', 'run', 'a.js'],
  ])
    expect(() => argvFor(command, [failed()])).toThrow('categories.e2e.rerun_failed');
});
