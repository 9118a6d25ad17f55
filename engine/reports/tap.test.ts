import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { countsOf } from './ctrf.ts';
import { ReportProblem } from './reader.ts';
import { tapReader } from './tap.ts';

const SOURCE = { file: 'out.tap', projectRoot: '/shop', exitCode: null };
const read = (...lines: string[]) => tapReader.read(new Content(lines.join('\n')), SOURCE);
const counted = (...lines: string[]) => countsOf(read(...lines).tests);
const outside = (...lines: string[]) => read(...lines).tests.flatMap(({ status, message }) => (status === 'other' ? [message] : []));

describe('what is TAP', () => {
  it.each([
    'TAP version 14\n1..0',
    '1..3\nok 1',
    'ok 1 - a\n1..1',
    'not ok - a\n1..1',
    '> shop@1.0.0 test\n> tape test.js\n\nTAP version 13\n',
    '1..0 # SKIP no database',
  ])('is told by its lines: %j', (text) => expect(tapReader.detect(new Content(text))).toBe(true));

  it.each(['{"a": "\\nok 1\\n"}', '<a>\nok 1\n</a>', 'ok  \tshop/cart\t0.1s', 'all is ok', '', 'ok then'])('is not %j', (text) =>
    expect(tapReader.detect(new Content(text))).toBe(false),
  );
});

describe('points', () => {
  it('need no space after "ok" or a number, nor before a directive', () => {
    expect(
      counted('TAP version 13', '1..5', 'ok-adds', 'ok 2-removes', 'not ok-pays', 'ok 4-# SKIP no card', 'not ok -# todo later'),
    ).toEqual({
      total: 5,
      passed: 2,
      failed: 1,
      skipped: 2,
      flaky: 0,
    });
    expect(counted('1..1', 'okay', 'ok 1 - in-#todo-list').total).toBe(1);
  });

  it('need no number within subtests that a plan announced, or in braces', () => {
    expect(
      counted(
        '1..2',
        '    1..2',
        '    ok adds',
        '    not ok pays # TODO',
        '    ok, that was it',
        'ok 1 - cart',
        'ok 2 - mail {',
        '    ok sends',
        '    1..1',
        '}',
      ),
    ).toEqual({
      total: 3,
      passed: 2,
      failed: 0,
      skipped: 1,
      flaky: 0,
    });
  });

  it('belong to a plan above the version', () => {
    const { tests, incomplete } = read('1..2', 'TAP version 13', 'ok 1', 'ok 2');
    expect(tests.map(({ status }) => status)).toEqual(['passed', 'passed']);
    expect(incomplete).toBe(false);
    expect(outside('1..3', 'TAP version 13', 'ok 1')).toHaveLength(1);
  });

  it('have names, directives in any case, and what is escaped', () => {
    const { tests } = read(
      'TAP version 14',
      '1..9',
      'ok 1 - adds # twice',
      'ok 2 removes \\# and \\\\',
      'ok # SKIP',
      'not ok 4 - later # todo not built',
      'ok 5 - done # TODO',
      'not ok 6 - there # Skipped: no browser',
      'not ok 7 # todo',
      'ok 8 - issue #12 is solved',
      'not ok 9 - x # todolist',
    );
    expect(tests.map(({ name, status, message }) => [name, status, message])).toEqual([
      ['adds # twice', 'passed', undefined],
      ['removes # and \\', 'passed', undefined],
      ['test 3', 'skipped', undefined],
      ['later', 'skipped', 'not built'],
      ['done', 'passed', undefined],
      ['there', 'skipped', 'no browser'],
      ['test 7', 'skipped', undefined],
      ['issue #12 is solved', 'passed', undefined],
      ['x # todolist', 'failed', undefined],
    ]);
  });

  it('are read with carriage returns, a byte order mark, a pragma and other output around them', () => {
    expect(
      counted(
        '\ufeff> npm test',
        'TAP version 13\r',
        'pragma +strict\r',
        'ok 1 - a\r',
        'some output\r',
        'not ok 2 - b\r',
        '1..2\r',
        'npm ERR!',
      ),
    ).toMatchObject({
      total: 2,
      failed: 1,
    });
    expect(outside('1..1\r', 'ok 1\r', '')).toEqual([]);
  });

  it('have what Perl and bats say in comments, with the place', () => {
    const { tests } = read(
      '1..2',
      'not ok 1 - adds',
      "#   Failed test 'adds'",
      '#   at t/cart.t line 12.',
      'not ok 2 removes',
      '# (in test file test/cart.bats, line 7)',
      "#   `[ 1 = 2 ]' failed",
    );
    expect(tests[0]).toMatchObject({ message: "Failed test 'adds'\nat t/cart.t line 12.", filePath: 't/cart.t', line: 12 });
    expect(tests[1]).toMatchObject({ filePath: 'test/cart.bats', line: 7, message: expect.stringContaining("`[ 1 = 2 ]' failed") });
  });

  it('have what mocha indents below them, and not what is counted at the end', () => {
    const { tests } = read(
      '1..1',
      'not ok 1 cart removes',
      '  declined',
      '  Error: declined',
      '      at x (m.cjs:1:80)',
      '# tests 1',
      '# fail 1',
    );
    expect(tests[0]).toMatchObject({ message: 'declined\n  Error: declined\n      at x (m.cjs:1:80)' });
  });

  it('have what their YAML says: message, place, time, stack', () => {
    const { tests } = read(
      'not ok 1 - a # time=12.4ms',
      '  ---',
      '  message: it broke',
      '  at:',
      '    file: test/a.js',
      '    line: 4',
      '  stack: |',
      '    Error: it broke',
      '      at x (test/a.js:4:1)',
      '  ...',
      'ok 2 - b',
      '  ---',
      '  duration_ms: 7.6',
      '  ...',
      '1..2',
    );
    expect(tests[0]).toMatchObject({
      message: 'it broke',
      filePath: 'test/a.js',
      line: 4,
      duration: 12,
      trace: 'Error: it broke\n  at x (test/a.js:4:1)',
    });
    expect(tests[1]).toMatchObject({ duration: 8, status: 'passed' });
  });

  it('keep YAML that is none as it is, and lose no point to a block without an end', () => {
    const { tests } = read('1..2', 'not ok 1 - a', '  ---', '  "x: [', '   {', 'ok 2 - b');
    expect(tests).toMatchObject([{ status: 'failed', trace: '"x: [\n {' }, { status: 'passed' }]);
  });
});

describe('subtests', () => {
  it('are counted, not the points that sum them up', () => {
    expect(
      counted('TAP version 14', '# Subtest: cart', '    ok 1 - adds', '    not ok 2 - removes', '    1..2', 'not ok 1 - cart', '1..1'),
    ).toEqual({ total: 2, passed: 1, failed: 1, skipped: 0, flaky: 0 });
  });

  it('may stand in braces after their point, as tap wrote them before version 18', () => {
    const { tests } = read('ok 1 - cart # time=5ms {', '    ok 1 - adds', '    1..1', '}', '', 'ok 2 - flat', '1..2');
    expect(tests.map(({ suite, name }) => [...(suite ?? []), name])).toEqual([['cart', 'adds'], ['flat']]);
    expect(read('1..1', 'ok 1 - cart {', '    ok 1 - adds', '    1..1')).toMatchObject({ incomplete: true });
    expect(read('1..1', 'ok 1 - cart {')).toMatchObject({ incomplete: true });
  });

  it('do not explain a parent that failed by itself: it counts', () => {
    const { tests } = read('    ok 1 - adds', '    1..1', 'not ok 1 - cart', '  ---', '  message: after all', '  ...', '1..1');
    expect(tests).toMatchObject([{ status: 'passed' }, { name: 'cart', status: 'failed', message: 'after all' }]);
  });

  it('are expected to fail within a TODO', () => {
    expect(counted('    not ok 1 - adds', '    1..1', 'not ok 1 - cart # TODO', '1..1')).toMatchObject({ total: 1, failed: 0, skipped: 1 });
  });

  it('have a plan of their own', () => {
    expect(outside('    ok 1 - adds', '    1..3', 'ok 1 - cart', '1..1')).toEqual([
      'out.tap: cart: the plan is 1..3, but 1 test was reported; number 2 is missing.',
    ]);
  });

  it('of node:test that failed in a hook are named, and its suites are no tests', () => {
    const lines = ['not ok 1 - db', '  ---', "  type: 'suite'", "  failureType: 'hookFailed'", "  error: 'no database'", '  ...', '1..1'];
    expect(counted(...lines)).toMatchObject({ total: 0 });
    expect(outside(...lines)).toEqual(['no database']);
  });

  it('that nest too deep are refused', () => {
    const deep = Array.from({ length: 200 }, (_, depth) => `${' '.repeat(4 * depth)}ok 1 - a`);
    expect(() => read(...deep)).toThrow('out.tap, line 102: it nests its tests more than 100 deep, so it was not read.');
  });
});

describe('a plan', () => {
  it.each([
    [['1..3', 'ok 1', 'ok 2'], 'the plan is 1..3, but 2 tests were reported; number 3 is missing'],
    [['ok 1', 'ok 3', '1..3'], 'the plan is 1..3, but 2 tests were reported; number 2 is missing'],
    [['1..1', 'ok 1', 'ok 2'], 'the plan is 1..1, but 2 tests were reported'],
    [['1..2', 'ok 1', 'ok 1'], 'test number 1 is there twice; number 2 is missing'],
    [['1..2', 'ok 1', 'ok 7'], 'test number 7 is outside of the plan 1..2'],
    [['ok 1', 'ok 2'], 'it has no plan (a line such as "1..2"), so nobody knows whether all tests are in it'],
    [['1..2', 'ok 1', '1..2', 'ok 2'], 'it has more than one plan'],
    [['TAP version 14'], 'holds no line of TAP'],
  ])('that is not met is a failure, though every line is ok: %j', (lines, problem) => {
    if (lines.length === 1) {
      expect(() => read(...lines)).toThrow(problem);
      return;
    }
    expect(outside(...lines)).toEqual([`out.tap: ${problem}.`]);
    expect(read(...lines).incomplete).toBe(true);
  });

  it('may stand first or last, and numbers in any order', () => {
    expect(outside('1..2', 'ok 2', 'ok 1')).toEqual([]);
    expect(outside('ok', 'ok', '1..2')).toEqual([]);
  });

  it('of none skips all', () => {
    expect(read('1..0 # SKIP no database')).toMatchObject({
      tests: [],
      incomplete: false,
      warnings: ['out.tap skips all its tests: no database.'],
    });
  });

  it('belongs to its own document where several stand in one file', () => {
    expect(counted('TAP version 13', 'ok 1', '1..1', 'TAP version 13', '1..2', 'ok 1', 'not ok 2')).toMatchObject({ total: 3, failed: 1 });
    expect(outside('1..1', 'ok 1', '1..2', 'ok 1', 'ok 2')).toEqual([]);
  });

  it('needs not be met after "Bail out!", which is a failure outside of tests', () => {
    expect(outside('1..5', 'ok 1', 'Bail out! no database')).toEqual(['Bail out! no database']);
    expect(outside('1..5', '    Bail out!', 'Bail out!')).toEqual(['The tests bailed out.']);
  });

  it('needs not be there where nothing but "Bail out!" is', () => {
    const content = new Content('Bail out!  no database\n');
    expect(tapReader.detect(content)).toBe(true);
    expect(outside('Bail out!  no database')).toEqual(['Bail out! no database']);
  });

  it("may count a number twice after one of mocha's hooks", () => {
    expect(outside('not ok 1 cart "before each" hook for "adds"', 'ok 1 shop opens', '1..2')).toEqual([]);
    expect(outside('not ok 1 cart adds', 'ok 1 shop opens', '1..2')).not.toEqual([]);
  });
});

describe('ava', () => {
  const failed = (...yaml: string[]) => read('not ok 1 - adds', '  ---', ...yaml.map((line) => `    ${line}`), '  ...', '1..1').tests[0];

  it('says in details what went wrong, and its own place is not that of the test', () => {
    const compared = failed(
      "message: ''",
      'details:',
      "  'Difference (- actual, + expected):': |-",
      '    - 1',
      '    + 2',
      "at: 'is (file:///shop/node_modules/ava/lib/assert.js:309:16)'",
    );
    expect(compared).toMatchObject({ message: 'Difference (- actual, + expected): - 1\n+ 2' });
    expect(compared?.filePath).toBeUndefined();
    const thrown = failed(
      'message: Error thrown in test',
      'details:',
      "  'Error thrown in test:': |-",
      '    Error {',
      '    }',
      "at: 'file:///shop/a.test.mjs:2:19'",
    );
    expect(thrown).toMatchObject({ message: 'Error thrown in test: Error {\n}', filePath: 'a.test.mjs', line: 2 });
  });
});

describe('any text', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'ok',
      'not ok',
      '1..2',
      '1..0',
      '  ---',
      '  ...',
      '    1..1',
      'Bail out!',
      'TAP version 14',
      '}',
      'ok 1 - a {',
      '# Subtest: a',
    ),
    fc
      .tuple(fc.constantFrom('', '    ', '        '), fc.constantFrom('ok', 'not ok'), fc.nat(5), fc.string())
      .map(([indent, ok, number, name]) => `${indent}${ok} ${number} - ${name}`),
    fc.string(),
  );

  it('is read or refused with a sentence', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          const { tests } = read(...lines);
          expect(tests.every(({ duration, name }) => Number.isFinite(duration) && name !== '')).toBe(true);
        } catch (error) {
          if (!(error instanceof ReportProblem)) throw error;
        }
      }),
    );
  });

  it('with a failed point at the outermost level is never green', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const safe = (lines: string[]) => lines.filter((one) => !/---|#|\{/.test(one));
        const { tests } = read(...safe(before), 'not ok 1 - broken', ...safe(after));
        expect(tests.some(({ status }) => status === 'failed')).toBe(true);
      }),
    );
  });

  it('is read in one pass, however long its lines are', () => {
    const long = ' '.repeat(500_000);
    expect(counted('1..2', `ok 1 - a${long}{`, `not ok 2 - b${long}# ${long}todo`, `# ${long}`)).toMatchObject({ total: 2 });
  });
});
