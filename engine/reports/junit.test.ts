import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { countsOf, titleOf } from './ctrf.ts';
import { junitReader } from './junit.ts';
import { milliseconds } from './junit-case.ts';
import { GOTESTSUM, JEST, MOCHA, PYTEST, SUREFIRE } from './junit-samples.ts';
import { ReportProblem } from './reader.ts';

const SOURCE = { file: 'out/junit.xml', projectRoot: '/shop', exitCode: null };
const read = (text: string) => junitReader.read(new Content(text), SOURCE);
const testsOf = (text: string) => read(text).tests;
const problemOf = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ReportProblem) return error.message;
    throw error;
  }
  return 'it was read';
};

describe('what tools write', () => {
  it("counts mocha's pending tests beside hooks that broke, and neither hooks nor what they kept from running as such", () => {
    const hook = '<testcase name="db &quot;before all&quot; hook for &quot;reads&quot;"><failure message="refused"/></testcase>';
    const suites = `<testsuite name="a" tests="3"><testcase name="a x"/></testsuite><testsuite name="db" tests="2">${hook}</testsuite>`;
    const text = `<testsuites name="Mocha Tests" tests="5" failures="1" skipped="2"><testsuite name="Root Suite"/>${suites}</testsuites>`;
    expect(countsOf(testsOf(text))).toEqual({ total: 4, passed: 1, failed: 1, skipped: 2, flaky: 0 });
  });

  it('leaves out what jest-junit writes for tests outside of blocks', () => {
    const text =
      '<testsuites name="jest tests"><testsuite name="undefined"><testcase classname=" pays" name=" pays"/></testsuite></testsuites>';
    expect(testsOf(text)[0]).toMatchObject({ name: 'pays' });
    expect(testsOf(text).map(titleOf)).toEqual(['pays']);
  });

  it("takes the names of Vitest's suites for its files", () => {
    const text =
      '<testsuites name="vitest tests"><testsuite name="shop/cart.test.ts"><testcase name="cart &gt; adds"/></testsuite></testsuites>';
    expect(testsOf(text)[0]).toMatchObject({ name: 'cart > adds', filePath: 'shop/cart.test.ts' });
  });

  it('reads pytest', () => {
    const tests = testsOf(PYTEST);
    expect(countsOf(tests)).toEqual({ total: 4, passed: 1, failed: 2, skipped: 1, flaky: 0 });
    expect(tests[0]).toMatchObject({
      name: 'test_pays[card]',
      suite: ['pytest', 'tests.test_cart.TestCheckout'],
      status: 'failed',
      duration: 412,
      message: 'AssertionError: assert 402 == 200\n +  where 402 = <Response [402]>.status_code',
      trace: expect.stringContaining('tests/test_cart.py:21: AssertionError'),
    });
    expect(tests.map(titleOf)[0]).toBe('tests.test_cart.TestCheckout › test_pays[card]');
    expect(tests[2]).toMatchObject({ status: 'skipped', message: 'not built yet' });
    expect(tests[3]).toMatchObject({ status: 'failed', message: 'failed on setup with "ConnectionError: refused"' });
  });

  it('reads jest-junit, its colours taken out and its empty suite passed over', () => {
    const [failed, passed, ...rest] = testsOf(JEST);
    expect(rest).toEqual([]);
    expect(failed).toMatchObject({
      status: 'failed',
      duration: 5,
      filePath: 'src/checkout.test.js',
      message: 'Error: expect(received).toBe(expected)',
    });
    expect(failed && titleOf(failed)).toBe('checkout pays with a card');
    expect(passed).toMatchObject({ status: 'passed', suite: ['checkout'] });
  });

  it('reads surefire: reruns, times with commas, a page in CDATA', () => {
    const tests = testsOf(SUREFIRE);
    expect(countsOf(tests)).toEqual({ total: 4, passed: 2, failed: 1, skipped: 1, flaky: 1 });
    expect(tests.map(({ duration }) => duration)).toEqual([1_234_500, 200, 350, 0]);
    expect(tests[1]).toMatchObject({
      status: 'passed',
      flaky: true,
      retries: 1,
      retryAttempts: [{ status: 'failed', message: 'expected: <1> but was: <2>', trace: expect.stringContaining('CartTest.java:31') }],
    });
    expect(tests[2]).toMatchObject({ status: 'failed', retries: 1, suite: ['com.shop.CartTest'], message: 'expected: <0> but was: <1>' });
    expect(tests[2]?.flaky).toBeUndefined();
  });

  it('reads gotestsum', () => {
    const tests = testsOf(GOTESTSUM);
    expect(countsOf(tests)).toEqual({ total: 3, passed: 1, failed: 1, skipped: 1, flaky: 0 });
    expect(tests[0]).toMatchObject({
      name: 'TestPay/card',
      suite: ['example.com/shop/cart'],
      message: 'declined',
      trace: expect.stringContaining('cart_test.go:14: declined'),
    });
    expect(tests[2]).toMatchObject({ status: 'skipped', message: 'not built' });
  });

  it.each([
    ['a panic', '=== RUN   TestX\n--- FAIL: TestX (0.00s)\npanic: boom [recovered]\n\ngoroutine 7', 'panic: boom [recovered]'],
    [
      'testify',
      '=== RUN   TestX\n    a_test.go:9: \n        \tError Trace:\t/shop/a_test.go:9\n        \tError:      \tNot equal: 1',
      'Not equal: 1',
    ],
    ['a failure of its subtests alone', '=== RUN   TestX\n--- FAIL: TestX (0.00s)\n', 'Failed'],
  ])('tells what went wrong where Go only says "Failed": %s', (_, text, message) => {
    const [test] = testsOf(
      `<testsuite name="shop"><testcase name="TestX"><failure message="Failed"><![CDATA[${text}]]></failure></testcase></testsuite>`,
    );
    expect(test?.message).toBe(message);
  });

  it.each([
    ['  ● Test suite failed to run\n\n    Cannot find module x\n', 'Cannot find module x'],
    ['{"message":"","stack":"Error: after \\"all\\" broke\\n    at x"}', 'Error: after \\"all\\" broke'],
  ])('tells what went wrong in a file that Jest could not run: %s', (text, message) => {
    const [test] = testsOf(`<testsuite name="a"><testcase name="a"><error><![CDATA[${text}]]></error></testcase></testsuite>`);
    expect(test?.message).toBe(message);
  });

  it('reads mocha-junit-reporter', () => {
    const tests = testsOf(MOCHA);
    expect(tests.map(titleOf)).toEqual(['checkout pays with a card', 'checkout shows a total']);
    expect(tests[0]).toMatchObject({
      status: 'failed',
      filePath: 'cypress/e2e/checkout.cy.js',
      message: 'Timed out retrying after 4000ms: Expected to find element: `#paid`',
    });
  });
});

it('reads the quotes of node --test, which it escapes twice, and leaves those of others alone', () => {
  const suite = (attributes: string) =>
    `<?xml version="1.0"?>\n<testsuites>\n<testsuite name="the &amp;quot;cart&amp;quot;" ${attributes}><testcase name="adds &amp;quot;5&amp;quot; &lt;x>"/></testsuite></testsuites>`;
  expect(testsOf(suite('disabled="0"'))[0]).toMatchObject({ name: 'adds "5" <x>', suite: ['the "cart"'] });
  expect(testsOf(suite('skipped="0"'))[0]).toMatchObject({ name: 'adds &quot;5&quot; <x>' });
});

describe("Maven Failsafe's summary", () => {
  const summary = (result: number, message: string) =>
    testsOf(
      `<failsafe-summary result="${result}" timeout="false"><completed>3</completed><failures>1</failures>${message}</failsafe-summary>`,
    );

  it('has no tests: they are in the reports beside it', () => {
    expect(summary(255, '<failureMessage xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>')).toEqual([]);
  });

  it('tells of a JVM that crashed, which no report does', () => {
    expect(summary(254, '<failureMessage>The forked VM terminated without saying goodbye.\n\tat x</failureMessage>')).toMatchObject([
      { status: 'other', message: expect.stringContaining('The forked VM terminated') },
    ]);
  });
});

describe('JUnit XML', () => {
  it('counts the cases, whatever the suites say about their numbers', () => {
    expect(countsOf(testsOf('<testsuite tests="99" failures="0"><testcase name="a"><failure/></testcase></testsuite>'))).toMatchObject({
      total: 1,
      failed: 1,
    });
  });

  it.each([
    ['<testsuite failures="2" errors="1"><testcase name="a"/></testsuite>', 3],
    ['<testsuites failures="1"><testsuite name="s" failures="x"><testcase name="a"/></testsuite></testsuites>', 1],
    ['<testsuites><testsuite><testsuite errors="1"/></testsuite></testsuites>', 1],
  ])('is not whole where suites claim failures and name none: %s', (text, count) => {
    expect(read(text)).toMatchObject({
      incomplete: true,
      warnings: [`out/junit.xml counts ${count} ${count === 1 ? 'failure' : 'failures'} but names no failed test.`],
    });
  });

  it('is whole where the claimed failures are named, outside of a test or as what a flaky test had too', () => {
    for (const inside of [
      '<testcase name="a"><failure/></testcase>',
      '<error message="set-up"/>',
      '<testcase name="a"><flakyFailure/></testcase>',
    ])
      expect(read(`<testsuite failures="1">${inside}</testsuite>`)).toMatchObject({ incomplete: false, warnings: [] });
  });

  it.each(['failed', 'FAIL', 'error', 'timed_out'])('believes a case that says it is %s without an element for it', (status) => {
    expect(testsOf(`<testsuite><testcase name="a" status="${status}"/></testsuite>`)).toMatchObject([{ status: 'failed' }]);
    expect(testsOf(`<testsuite><testcase name="a" result="${status}"/></testsuite>`)).toMatchObject([{ status: 'failed' }]);
  });

  it.each(['run', 'passed', 'completed', 'ok', ''])('takes a case that says it is "%s" for passed', (status) => {
    expect(testsOf(`<testsuite><testcase name="a" status="${status}"/></testsuite>`)).toMatchObject([{ status: 'passed' }]);
  });

  it('reads nested and empty suites, and several failures of one case', () => {
    const tests = testsOf(
      '<testsuites><testsuite name="outer"><testsuite name="inner"><testcase name="a" line="7"><failure message="one">x</failure><error message="two">y</error></testcase></testsuite><testsuite name="empty"/></testsuite></testsuites>',
    );
    expect(tests).toMatchObject([{ suite: ['outer', 'inner'], status: 'failed', line: 7, message: 'one', trace: 'x\n\ny' }]);
  });

  it('keeps an error of a suite as one outside of tests, which is no test', () => {
    const tests = testsOf('<testsuite name="db"><error message="no connection"/><testcase name="a"/></testsuite>');
    expect(countsOf(tests)).toMatchObject({ total: 1, passed: 1 });
    expect(tests).toContainEqual(expect.objectContaining({ status: 'other', name: 'db', message: 'no connection' }));
  });

  it('takes a test that GoogleTest did not run for skipped', () => {
    expect(testsOf('<testsuite><testcase name="a" status="notrun" result="suppressed"/></testsuite>')).toMatchObject([
      { status: 'skipped' },
    ]);
  });

  it.each([
    ['0.35', 350],
    ['0,35', 350],
    ['1,234.567', 1_234_567],
    ['1.234,5', 1_234_500],
    ['1,234,567', 1_234_567_000],
    ['12', 12_000],
    ['', 0],
    ['-1', 0],
    ['NaN', 0],
    ['1e999', 0],
  ])('reads the time %j as %i ms', (time, ms) => expect(milliseconds(time)).toBe(ms));

  it('expands no entity that a document defines, and says where its DOCTYPE is', () => {
    const bomb =
      '<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&a;"/></testsuite>';
    expect(junitReader.detect(new Content(bomb))).toBe(true);
    expect(problemOf(bomb)).toMatch(/^out\/junit\.xml, line 3: it has a DOCTYPE/);
    expect(problemOf('<testsuite><!DOCTYPE x [<!ENTITY a "b">]><testcase name="&a;"/></testsuite>')).toMatch(
      /^out\/junit\.xml, line 1: it has a DOCTYPE/,
    );
  });

  it.each([
    ['an element that is not closed', '<testsuite>\n<testcase name="a">', /^out\/junit\.xml ends in line 2, before/],
    ['a comment that is not closed', '<testsuite/>\n<!-- x', /^out\/junit\.xml ends in line 2, before/],
    ['a last tag without its end', '<testsuite name="a"/', /^out\/junit\.xml ends in line 1, before/],
    ['a tag that closes another one', '<testsuite>\n  <testcase></testsuite>', /^out\/junit\.xml, line 2, column 24: it is not valid XML/],
    [
      'elements without end',
      '<testsuite>'.repeat(100_000) + '</testsuite>'.repeat(100_000),
      /^out\/junit\.xml nests its elements more than 100 deep/,
    ],
    ['opening marks without end', `<testsuite>${'<'.repeat(100_000)}`, /^out\/junit\.xml, line 1/],
  ])('answers %s with a sentence', (_, text, sentence) => {
    expect(problemOf(text)).toMatch(sentence);
    expect(problemOf(text).length).toBeLessThan(400);
  });

  it('is not what begins otherwise', () => {
    for (const text of ['', '{"a":1}', '<html><body/></html>', 'Error: x', '<TestRun/>', '<?xml version="1.0"?>'])
      expect(junitReader.detect(new Content(text))).toBe(false);
    for (const text of [PYTEST, JEST, SUREFIRE, GOTESTSUM, MOCHA, '<!-- a --> <testsuite/>'])
      expect(junitReader.detect(new Content(text))).toBe(true);
  });

  it('reads fifty thousand cases, each with text that needs decoding', () => {
    const cases = Array.from(
      { length: 50_000 },
      (_, n) =>
        `<testcase classname="a.b" name="n &quot;${n}&quot;" time="0.001">${n % 10 === 0 ? '<failure message="a &lt; b">x &amp; y</failure>' : ''}</testcase>\n`,
    );
    const tests = testsOf(`<testsuites><testsuite name="big">${cases.join('')}</testsuite></testsuites>`);
    expect(countsOf(tests)).toEqual({ total: 50_000, passed: 45_000, failed: 5_000, skipped: 0, flaky: 0 });
    expect(tests[49_990]).toMatchObject({ name: 'n "49990"', message: 'a < b', trace: 'x & y' });
  });
});

it('takes the spec file that mocha-junit-reporter names at the empty suite before those of a Cypress spec', () => {
  const tests = testsOf(`<testsuites name="Mocha Tests">
    <testsuite name="Root Suite" file="cypress/e2e/cart.cy.js" tests="0"/><testsuite name="cart"><testcase name="cart adds" classname="adds"/></testsuite>
    <testsuite name="Root Suite" file="cypress/e2e/pay.cy.js" tests="0"/><testsuite name="pay"><testcase name="pay ships" classname="ships"/></testsuite>
    <testsuite name="Root Suite" tests="0"/><testsuite name="else"><testcase name="else works" classname="works"/></testsuite></testsuites>`);
  expect(tests.map(({ filePath }) => filePath)).toEqual(['cypress/e2e/cart.cy.js', 'cypress/e2e/pay.cy.js', undefined]);
});

describe('cases of one name', () => {
  const suite = (attributes: string, ...cases: string[]) => `<testsuite ${attributes}>${cases.join('')}</testsuite>`;
  const failed = '<testcase classname="com.shop.CartTest" name="pays" time="1"><failure message="declined">at x</failure></testcase>';
  const passed = '<testcase classname="com.shop.CartTest" name="pays" time="2"/>';
  const GRADLE = 'name="com.shop.CartTest"';

  it('are the tries of one test where a class or package has it: the last one decides, the others are kept', () => {
    const tests = testsOf(suite(GRADLE, failed, failed, passed));
    expect(tests).toMatchObject([
      {
        status: 'passed',
        flaky: true,
        duration: 2000,
        retries: 2,
        retryAttempts: [
          { attempt: 1, status: 'failed', message: 'declined', trace: 'at x', duration: 1000 },
          { attempt: 2, status: 'failed' },
        ],
      },
    ]);
    expect(testsOf(suite(GRADLE, failed, failed))).toMatchObject([{ status: 'failed', retries: 1 }]);
  });

  it('are two tests where the first one passed, and in another suite or file', () => {
    expect(countsOf(testsOf(suite(GRADLE, passed, passed)))).toMatchObject({ total: 2, passed: 2, flaky: 0 });
    expect(countsOf(testsOf(suite(GRADLE, passed, failed)))).toMatchObject({ total: 2, passed: 1, failed: 1 });
    expect(countsOf(testsOf(`<testsuites>${suite(GRADLE, failed)}${suite(GRADLE, passed)}</testsuites>`))).toMatchObject({
      total: 2,
      failed: 1,
    });
  });

  it('hide no failed test where the tool allows two tests of one name', () => {
    const cases = [
      '<testcase classname="cart pays" name="cart pays"><failure/></testcase>',
      '<testcase classname="cart pays" name="cart pays"/>',
    ];
    expect(countsOf(testsOf(suite('name="cart"', ...cases)))).toEqual({ total: 2, passed: 1, failed: 1, skipped: 0, flaky: 0 });
    const inFile = ['<testcase classname="a.test.ts" name="pays"><failure/></testcase>', '<testcase classname="a.test.ts" name="pays"/>'];
    expect(countsOf(testsOf(suite('name="a.test.ts"', ...inFile)))).toMatchObject({ total: 2, failed: 1 });
  });

  it('are the tries of one test where both stand in the same line of a file, whoever wrote them', () => {
    const at = (line: number, inside: string) =>
      `<testcase classname="Cart" name="pays" file="cart_spec.rb" line="${line}" time="1">${inside}</testcase>`;
    const FAILED = '<failure message="declined"/>';
    const of = (...cases: string[]) => read(`<testsuite name="rspec" tests="${cases.length}">${cases.join('')}</testsuite>`).tests;
    expect(of(at(3, FAILED), at(3, FAILED), at(3, ''))).toMatchObject([{ status: 'passed', flaky: true, retries: 2 }]);
    expect(of(at(3, FAILED), at(9, ''))).toMatchObject([{ status: 'failed' }, { status: 'passed' }]);
  });

  it('of pytest are tries whatever its suite is called', () => {
    const { tests } = read(
      '<testsuites><testsuite name="nightly" errors="0" failures="0" skipped="0" tests="1" time="0.1" timestamp="2026-03-02T10:00:00" hostname="ci"><testcase classname="test_cart" name="test_pays" time="0.1"/><testcase classname="test_cart" name="test_pays" time="0.1"/></testsuite></testsuites>',
    );
    expect(tests).toMatchObject([{ name: 'test_pays', status: 'passed', flaky: true, retries: 1 }]);
  });

  it('of pytest are tries where it counts fewer, and a failed one is never outdone', () => {
    const one = '<testcase classname="t" name="a"/>';
    const bad = '<testcase classname="t" name="a"><failure/></testcase>';
    expect(testsOf(suite('name="pytest" tests="1"', one, one))).toMatchObject([{ status: 'passed', flaky: true, retries: 1 }]);
    expect(testsOf(suite('name="pytest" tests="1"', one, bad))).toMatchObject([{ status: 'failed', retries: 1 }]);
    expect(countsOf(testsOf(suite('name="pytest" tests="2"', one, one)))).toMatchObject({ total: 2, flaky: 0 });
    expect(countsOf(testsOf(suite('name="pytest" tests="1"', bad, one)))).toMatchObject({ failed: 1 });
  });
});

describe('what else a case says', () => {
  it('keeps output, the attachments named in it, properties and unknown attributes', () => {
    const [test] = testsOf(
      '<testsuite><testcase name="a" assertions="3" __proto__="x"><properties><property name="ticket" value="SHOP-1"/></properties><system-out>hello\n[[ATTACHMENT|out/shot.PNG]]</system-out><system-err>warned</system-err></testcase></testsuite>',
    );
    expect(test).toMatchObject({
      stdout: ['hello\n[[ATTACHMENT|out/shot.PNG]]'],
      stderr: ['warned'],
      attachments: [{ name: 'shot.PNG', contentType: 'image/png', path: 'out/shot.PNG' }],
    });
    expect(Object.entries(test?.extra ?? {})).toEqual(
      expect.arrayContaining([
        ['assertions', '3'],
        ['ticket', 'SHOP-1'],
      ]),
    );
  });

  it.each([
    ['<failure/><skipped/>', 'failed'],
    ['<skipped/><error/>', 'failed'],
    ['<skipped message="later"/>', 'skipped'],
  ])('takes %s for %s', (inside, status) => {
    expect(testsOf(`<testsuite><testcase name="a">${inside}</testcase></testsuite>`)).toMatchObject([{ status }]);
  });

  it('reads colour codes, other control characters and entities of HTML that writers leave in', () => {
    expect(
      testsOf(
        '\n<?xml version="1.0"?><testsuite><testcase name="a"><failure message="&#27;[31mred&#x1b;[0m &nbsp;">\u0001\u001b[1mx</failure></testcase></testsuite>',
      ),
    ).toMatchObject([{ message: 'red &nbsp;', trace: '\u0001x' }]);
  });

  it('reads elements of any namespace', () => {
    expect(
      testsOf('<j:testsuites xmlns:j="urn:j"><j:testsuite name="s"><j:testcase j:name="a"/></j:testsuite></j:testsuites>'),
    ).toMatchObject([{ name: 'a', suite: ['s'] }]);
  });

  it('fails where a suite claims an error and has no test', () => {
    expect(testsOf('<testsuite name="com.shop.CartTest" tests="0" errors="1"/>')).toMatchObject([
      { status: 'other', message: expect.stringContaining('1 failure') },
    ]);
  });
});

describe('any text', () => {
  // A report that was cut must never pass for a whole one: all of its tests, or a sentence.
  it.each(Object.entries({ PYTEST, JEST, SUREFIRE, GOTESTSUM, MOCHA }))('%s, cut anywhere, is read whole or not at all', (_, whole) => {
    const all = testsOf(whole);
    fc.assert(
      fc.property(fc.nat({ max: whole.length }), (length) => {
        const problem = problemOf(whole.slice(0, length));
        if (problem === 'it was read') expect(testsOf(whole.slice(0, length))).toEqual(all);
        else expect(problem).toMatch(/^out\/junit\.xml/);
      }),
      { numRuns: 300 },
    );
  });

  it('gives tests or a sentence, and nothing else is ever thrown', () => {
    const piece = fc.constantFrom(
      '<testsuite',
      '<testcase',
      '</testcase>',
      '</testsuite>',
      '<failure',
      '/>',
      '>',
      '<',
      ' name="a"',
      ' time=',
      '"',
      "'",
      '&',
      '&#0;',
      '&#xFFFFFF;',
      '&lt;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!',
      '<__proto__>',
      '<constructor/>',
      ' __proto__="1"',
      '\0',
      '=',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        expect(problemOf(`<testsuite>${pieces.join('')}`)).not.toBe('');
        expect(problemOf(pieces.join(''))).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });
});
