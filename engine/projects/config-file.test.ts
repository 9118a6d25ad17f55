import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProjectConfig } from '../../contract/config.ts';
import { Refusal } from '../../contract/errors.ts';
import { findConfigFile, parseConfigFile, readConfigFile } from './config-file.ts';

const FILE = '/shop/background-e2e.yaml';
const parse = (text: string) => parseConfigFile(text, FILE).config;

/** The sentences of a refusal without the file's path: `line:column: sentence`. */
function refused(text: string): string[] {
  try {
    parseConfigFile(text, FILE);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.kind).toBe('invalid');
    return error.issues.map(({ message }) => message.replace(`${FILE}:`, ''));
  }
  throw new Error('it was not refused');
}

describe('what a file can say', () => {
  test('every field of a category and an environment, with the keys that are data left as they are', () => {
    const config = parse(`
categories:
  e2e:      { runner: playwright, args: [--grep, "@journey"], timeout_minutes: 30, max_retries: 1, config_file: e2e/playwright.config.ts }
  my_smoke: { command: [node, smoke.mjs], reports: [out/junit.xml], priority: 1, env_vars: { my_mode: fast }, exclusive: [port:3000], parallel: true, verdict_from: exit_code }
environments:
  big_staging: { use_real_services: false, env_vars: { base_url: "https://staging.example.test" }, timeout_minutes: 30 }
`);
    expect(config).toEqual({
      categories: {
        e2e: {
          runner: 'playwright',
          args: ['--grep', '@journey'],
          timeoutMinutes: 30,
          maxRetries: 1,
          configFile: 'e2e/playwright.config.ts',
        },
        my_smoke: {
          command: ['node', 'smoke.mjs'],
          reports: ['out/junit.xml'],
          priority: 1,
          envVars: { my_mode: 'fast' },
          exclusive: ['port:3000'],
          parallel: true,
          verdictFrom: 'exit_code',
        },
      },
      environments: { big_staging: { useRealServices: false, envVars: { base_url: 'https://staging.example.test' }, timeoutMinutes: 30 } },
    });
  });

  test('numbers and booleans become the text that was written, where text is wanted', () => {
    const config = parse('categories:\n  e2e: { command: [node, 5, 0x10], env_vars: { V: 1.10, N: 007, B: true, Y: yes, S: "3" } }\n');
    expect(config.categories.e2e).toEqual({
      command: ['node', '5', '0x10'],
      envVars: { V: '1.10', N: '007', B: 'true', Y: 'yes', S: '3' },
    });
  });

  test('anchors and merges are resolved, and merged numbers keep their writing', () => {
    const config = parse(
      'categories:\n  a: &a { command: [x], env_vars: &v { A: 1.50 } }\n  b: { <<: *a, env_vars: { <<: *v, B: 2.0 } }\n',
    );
    expect(config.categories.b).toEqual({ command: ['x'], envVars: { A: '1.50', B: '2.0' } });
  });
});

describe('what is refused, with its line and column', () => {
  test.each([
    [
      'a value out of range',
      'categories:\n  e2e:\n    runner: playwright\n    timeout_minutes: -5\n',
      '4:22: categories.e2e.timeout_minutes is -5: it must be a number greater than 0 and at most 1440 (24 hours)',
    ],
    [
      'a number in quotes',
      'categories:\n  e2e: { command: [x], priority: "3" }\n',
      '2:34: categories.e2e.priority is "3": it must be a whole number from 1 (most urgent) to 9',
    ],
    [
      'an unknown key',
      'categories:\n  e2e:\n    command: [x]\n    timout_minutes: 5\n',
      '4:5: categories.e2e.timout_minutes is unknown; did you mean timeout_minutes?',
    ],
    [
      'an unknown key as it was written',
      'categories: { e2e: { command: [x], xq_5: 1 } }\n',
      /^1:36: categories\.e2e\.xq_5 is unknown; known are runner, command, /,
    ],
    [
      'an unknown section',
      'categories: { e2e: { command: [x] } }\nenviroments: {}\n',
      '2:1: enviroments is unknown; did you mean environments?',
    ],
    [
      'a key in camelCase',
      'categories:\n  e2e:\n    command: [x]\n    timeoutMinutes: 5\n',
      '4:5: categories.e2e.timeoutMinutes is unknown; did you mean timeout_minutes?',
    ],
    [
      'a command that is a text',
      'categories:\n  e2e:\n    command: npm test\n',
      '3:14: categories.e2e.command is "npm test": it must be a list, such as [npm, test]',
    ],
    [
      'an empty command',
      'categories:\n  e2e:\n    command: []\n',
      '3:14: categories.e2e.command is a list: it must have at least the program',
    ],
    ['a category that says nothing', 'categories:\n  e2e:\n', '2:3: categories.e2e is empty: it must be a map of names and values'],
    [
      'a category with nothing to run',
      'categories:\n  e2e: { priority: 1 }\n',
      '2:8: categories.e2e needs either `runner: playwright` or `command: [program, argument, …]`',
    ],
    [
      'two things to run',
      'categories:\n  e2e: { runner: playwright, command: [x] }\n',
      '2:8: categories.e2e has both `runner: playwright` and `command`; keep one of them',
    ],
    [
      'a runner that is not there',
      'categories:\n  e2e: { runner: cypress }\n',
      /^2:18: categories\.e2e\.runner is "cypress": it must be playwright or command/,
    ],
    [
      'a wrong choice',
      'categories:\n  e2e: { command: [x], verdict_from: exit }\n',
      '2:38: categories.e2e.verdict_from is "exit": it must be report or exit_code; did you mean exit_code?',
    ],
    [
      'an impossible name',
      'categories:\n  "my e2e": { command: [x] }\n',
      /^2:3: categories has the name "my e2e": it must be 1 to 64 letters/,
    ],
    [
      'an empty variable',
      'categories:\n  e2e: { command: [x], env_vars: { A: } }\n',
      '2:36: categories.e2e.env_vars.A is empty: it must be text; write "" for an empty one',
    ],
    [
      'a list as a variable',
      'categories:\n  e2e: { command: [x], env_vars: { A: [1] } }\n',
      '2:39: categories.e2e.env_vars.A is a list: it must be text',
    ],
    ['no categories', 'environments: {}\n', '1:1: categories is missing'],
    ['categories in a list', 'categories:\n  - e2e\n', '2:3: categories is a list: it must be a map of names and values'],
    ['a list', '- e2e\n- smoke\n', '1:1: background-e2e.yaml is a list: it must be a map of names and values'],
    ['a word', 'hello\n', '1:1: background-e2e.yaml is "hello": it must be a map of names and values'],
    [
      'services',
      'categories: { e2e: { command: [x] } }\nservices:\n  db: {}\n',
      '2:1: services has db: checking and starting services is not available in this version; remove the section',
    ],
    [
      'a service that is required',
      'categories:\n  e2e: { command: [x], services_required: [db] }\n',
      '2:24: categories.e2e.services_required is [db]: checking services before a task is not available in this version; remove it',
    ],
    [
      'real services',
      'categories: { e2e: { command: [x] } }\nenvironments:\n  s: { use_real_services: true }\n',
      '3:8: environments.s.use_real_services is true: choosing real services is not available in this version; remove it',
    ],
    [
      'a duplicate key',
      'categories:\n  e2e: { command: [x] }\n  e2e: { command: [y] }\n',
      '3:3: e2e is there twice in the same map; keep one of them',
    ],
    ['a tab', 'categories:\n\te2e: {}\n', '2:1: a tab is used for indentation; YAML allows spaces alone'],
    ['an open bracket', 'categories: {\n', /^2:1: this is not valid YAML: /],
    ['two colons', 'a: b: c\n', /^1:4: a second ": " in one line is not valid YAML/],
    ['a second document', 'categories: {}\n---\na: 1\n', '2:1: a second document begins here; the file must hold one'],
    ['an alias of nothing', 'categories: *nothing\n', '1:13: the alias *nothing has no anchor &nothing'],
    ['an alias of itself', 'categories: &a { e2e: *a }\n', '1:23: an alias refers to the list or map that it is in'],
    ['a merge of itself', 'categories: &a { <<: *a }\n', /^1:22: /],
    ['a merge of a number', 'categories: { <<: 5 }\n', '1:1: "<<" must be followed by the alias of a map'],
    ['a tag', 'categories: !secret x\n', '1:13: the tag !secret is not known; remove it'],
    ['a key that is a list', '? [a]\n: b\n', '1:3: a list or map cannot be a key'],
    ['a prototype', 'categories: { __proto__: { command: [x] } }\n', '1:15: __proto__ cannot be used as a name'],
    [
      'a null byte',
      'categories: { e2e: { command: ["a\\0"] } }\n',
      '1:32: categories.e2e.command[0] is "a\\u0000": it must not contain a NUL byte',
    ],
  ])('%s', (_, text, sentence) => {
    const sentences = refused(text);
    expect(sentences).toHaveLength(1);
    if (typeof sentence === 'string') expect(sentences[0]).toBe(sentence);
    else expect(sentences[0]).toMatch(sentence);
  });

  test.each(['', '\n', '# only a comment\n', '---\n', 'null\n', '~'])('an empty file, with what to write instead: %j', (text) => {
    expect(() => parse(text)).toThrow(/^\/shop\/background-e2e\.yaml is empty; it must say what to run, such as\ncategories:\n {2}e2e:\n/);
  });

  test('several problems, in the order of their lines', () => {
    const sentences = refused(
      'categories:\n  e2e:\n    retries: 4\n    runner: playwright\n    priority: 0\n    env_vars: { A: [1] }\n    timeoutMinutes: 4\n',
    );
    expect(sentences.map((sentence) => sentence.split(':')[0])).toEqual(['3', '5', '6', '7']);
  });

  test('a problem in an anchored value is shown where the value stands', () => {
    expect(refused('categories:\n  a: &a { command: [x], priority: 0 }\n  b: { <<: *a }\n')).toEqual([
      '2:35: categories.a.priority is 0: it must be a whole number from 1 (most urgent) to 9',
      '2:35: categories.b.priority is 0: it must be a whole number from 1 (most urgent) to 9',
    ]);
  });

  test.each([
    [
      'aliases that multiply',
      'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n',
      'the aliases unfold to too much',
    ],
    ['lists without end', '['.repeat(60_000), 'nested too deeply'],
    ['maps without end', '{a: '.repeat(15_000), 'nested too deeply'],
  ])('a file that was made to hurt: %s', (_, text, words) => {
    expect(refused(text)[0]).toContain(words);
  });
});

test('any text is either a config or a refusal', () => {
  const word = fc.constantFrom(
    'categories',
    'e2e',
    'environments',
    'services',
    'command',
    'runner',
    'env_vars',
    'timeout_minutes',
    'x',
    '5',
    'true',
    '~',
    '<<',
    '"',
    "'",
    '&a',
    '*a',
    '!t',
    '__proto__',
  );
  const glue = fc.constantFrom(': ', ':', '\n', '\n  ', '\n    ', ' ', ', ', '{', '}', '[', ']', '- ', '? ', '| ', '\t', '---\n', '#', '%');
  const almostYaml = fc.array(fc.oneof(word, glue), { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), almostYaml), expectConfigOrRefusal), { numRuns: 1500 });
});

test('any values in the right places are either a config or a refusal', () => {
  const name = fc.constantFrom(
    'e2e',
    'runner',
    'command',
    'args',
    'env_vars',
    'timeout_minutes',
    'max_retries',
    'services_required',
    'reports',
    'constructor',
    'toString',
    'timeoutMinutes',
    'A',
  );
  const leaf = fc.jsonValue({ maxDepth: 1 });
  const map = (value: fc.Arbitrary<unknown>) => fc.dictionary(name, value, { maxKeys: 4 });
  const file = fc.record(
    { categories: map(map(fc.oneof(leaf, map(leaf)))), environments: map(map(leaf)), services: leaf },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(file, (value) => expectConfigOrRefusal(JSON.stringify(value))),
    { numRuns: 500 },
  );
});

function expectConfigOrRefusal(text: string) {
  try {
    expect(ProjectConfig.safeParse(parse(text)).success).toBe(true);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.kind).toBe('invalid');
    expect(error.issues.length).toBeGreaterThan(0);
    for (const { message } of error.issues) expect(message).toMatch(/^\/shop\/background-e2e\.yaml(:[1-9]\d*:[1-9]\d*: .| is empty)/);
  }
}

describe('on the disk', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bge2e-config-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('both spellings are found, and two files at once are refused', async () => {
    expect(await findConfigFile(folder)).toBeNull();
    await writeFile(join(folder, 'background-e2e.yml'), 'categories: {}');
    expect(await findConfigFile(folder)).toBe(join(folder, 'background-e2e.yml'));
    await writeFile(join(folder, 'background-e2e.yaml'), 'categories: {}');
    await expect(findConfigFile(folder)).rejects.toThrow('holds both background-e2e.yaml and background-e2e.yml; keep one of them');
  });

  test('a byte order mark is no harm, broken UTF-8 is refused', async () => {
    const path = join(folder, 'background-e2e.yaml');
    await writeFile(path, '\ufeffcategories: { e2e: { command: [x] } }\n');
    expect((await readConfigFile(path)).config.categories.e2e?.command).toEqual(['x']);
    await writeFile(path, Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]));
    await expect(readConfigFile(path)).rejects.toThrow(`${path} is not UTF-8 text`);
  });

  test('a file that is too big, a folder and a named pipe are refused at once', async () => {
    const path = join(folder, 'background-e2e.yaml');
    await writeFile(path, '#'.repeat(70_000));
    await expect(readConfigFile(path)).rejects.toThrow(`${path} has 70000 bytes; at most 65536 are read`);
    await rm(path);
    await mkdir(path);
    await expect(readConfigFile(path)).rejects.toThrow(`${path} is not a file`);
    await rm(path, { recursive: true });
    execFileSync('mkfifo', [path]);
    await expect(readConfigFile(path)).rejects.toThrow(`${path} is not a file`);
  });
});
