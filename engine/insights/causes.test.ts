import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Causes, type Failure } from './causes.ts';
import { firstLineOf, normalise } from './normalise.ts';
import { ownFrame } from './own-frame.ts';

const failure = (rest: Partial<Failure>): Failure => ({ title: 'cart › pays', message: 'Error: no', trace: null, ...rest });

function groupsOf(failures: readonly Partial<Failure>[], root = '/projects/shop') {
  const causes = new Causes(root);
  for (const one of failures) causes.add(failure(one));
  return causes.groups();
}

describe('the causes of failures', () => {
  test('14 tests that cannot reach the database are one cause, wherever they ask for it', () => {
    const failures = Array.from({ length: 14 }, (_, n) => ({
      title: `test ${n}`,
      message: 'Error: connect ECONNREFUSED 127.0.0.1:5432',
      trace: `Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect (node:net:1607:16)\n    at /projects/shop/tests/spec-${n % 4}.ts:${n}:3`,
    }));
    const groups = groupsOf([...failures, { message: 'Error: connect ECONNREFUSED 127.0.0.1:6379' }]);
    expect(groups.map(({ message, count }) => ({ message, count }))).toEqual([
      { message: 'Error: connect ECONNREFUSED 127.0.0.1:5432', count: 14 },
      { message: 'Error: connect ECONNREFUSED 127.0.0.1:6379', count: 1 },
    ]);
    expect(groups[0]?.tests).toHaveLength(14);
  });

  test('the same assertion with other numbers is one cause in one file, and another in another', () => {
    const at = (file: string, line: number) => `AssertionError\n    at Object.<anonymous> (/projects/shop/tests/${file}:${line}:5)`;
    const groups = groupsOf([
      { title: 'a', message: 'expected 3 to equal 4', trace: at('cart.test.js', 10) },
      { title: 'b', message: 'expected 7 to equal 4', trace: at('cart.test.js', 30) },
      { title: 'c', message: 'expected 7 to equal 4', trace: at('login.test.js', 10) },
    ]);
    expect(groups.map(({ tests, frame }) => ({ tests, frame }))).toEqual([
      { tests: ['a', 'b'], frame: 'tests/cart.test.js:10' },
      { tests: ['c'], frame: 'tests/login.test.js:10' },
    ]);
  });

  test('the text that is shown is the commonest one as it was', () => {
    const [group] = groupsOf([{ message: 'took 12 ms' }, { message: 'took 15 ms' }, { message: 'took 15 ms' }]);
    expect(group).toMatchObject({ message: 'took 15 ms', count: 3 });
  });

  test('a failure that says nothing is told all the same', () => {
    expect(groupsOf([{ message: null }, { message: '\n \n' }])).toMatchObject([{ message: 'no message', count: 2 }]);
  });

  test.each([
    ['id 7f9c24e5-2f4b-4c0a-9b1e-0d6f3a1c2b4d is gone', 'id 00000000-0000-4000-8000-000000000000 is gone'],
    ['at 2026-11-25T03:00:00.123Z it broke', 'at 2025-01-02T10:20:30Z it broke'],
    ['Timeout 5000ms exceeded', 'Timeout 30000 ms exceeded'],
    ['object at 0x7ffee4 leaked', 'object at 0x10a leaked'],
    ["ENOENT: no such file, open '/tmp/a1/x.json'", "ENOENT: no such file, open '/tmp/b2/x.json'"],
    ['expected "order 12" to be "order 13"', "expected 'order 7' to be 'order 8'"],
    ['fetch http://127.0.0.1:49213/cart/1 failed', 'fetch http://127.0.0.1:51001/cart/2 failed'],
    ['commit 3f2a9bc not found', 'commit 99ab1cd not found'],
  ])('%s is the same as %s', (a, b) => {
    expect(normalise(a)).toBe(normalise(b));
  });

  test.each([
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 127.0.0.1:6379'],
    ['Request failed with status code 404', 'Request failed with status code 500'],
    ["Cannot find module 'express'", "Cannot find module 'lodash'"],
    ["Cannot read properties of undefined (reading 'total')", "Cannot read properties of undefined (reading 'name')"],
  ])('%s is another cause than %s', (a, b) => {
    expect(normalise(a)).not.toBe(normalise(b));
  });

  test('a line that only names a kind of error is told with the next one', () => {
    expect(firstLineOf('AssertionError [ERR_ASSERTION]:\n\n  cart is empty\n')).toBe('AssertionError [ERR_ASSERTION]: cart is empty');
    expect(firstLineOf('Test timeout of 30000ms exceeded.\n\nError: locator.click: closed')).toBe(
      'Test timeout of 30000ms exceeded. Error: locator.click: closed',
    );
  });

  test('whatever a message holds, it ends up in one group, on one line, in time', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 2000 }), { minLength: 1, maxLength: 5 }), (messages) => {
        const groups = groupsOf(messages.map((message) => ({ message, trace: message })));
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(messages.length);
        for (const { message } of groups) expect(message).not.toMatch(/\p{Cc}/u);
      }),
    );
    const long = [
      '('.repeat(10_000),
      `"${'a'.repeat(10_000)}`,
      '1'.repeat(10_000),
      '/a'.repeat(5000),
      'x:'.repeat(5000),
      "'1".repeat(5000),
    ];
    const begun = performance.now();
    groupsOf(long.map((message) => ({ message, trace: `    at ${message}\n`.repeat(20) })));
    expect(performance.now() - begun).toBeLessThan(5000); // it would be minutes where an expression backtracked
  });
});

describe("the project's own line of a stack", () => {
  test.each([
    [
      '    at pay (node:internal/x:1:1)\n    at pay (/projects/shop/src/cart.ts:12:3)\n    at /projects/shop/tests/a.spec.ts:4:1',
      'src/cart.ts:12',
    ],
    [
      '    at Proxy.f (file:///projects/shop/node_modules/a/b.js:1:1)\n    at file:///projects/shop/tests/a.test.mjs:9:2',
      'tests/a.test.mjs:9',
    ],
    [
      'tests/test_cart.py:12: in test_pays\n    pay()\nE   assert 3 == 4\n/usr/lib/python3.12/x.py:3: AssertionError',
      'tests/test_cart.py:12',
    ],
    [
      'Traceback (most recent call last):\n  File "/projects/shop/tests/a.py", line 3, in test\n    pay()\n  File "/projects/shop/cart.py", line 9, in pay\n    raise X\n  File "/usr/lib/python3.12/site-packages/q.py", line 1, in q\n',
      'cart.py:9',
    ],
    ['\tat org.junit.Assert.fail(Assert.java:86)\n\tat shop.CartTest.pays(CartTest.java:31)', 'CartTest.java:31'],
    ['    cart_test.go:12: expected 3, got 4', 'cart_test.go:12'],
    ['nothing of the kind', null],
  ])('%j', (trace, frame) => {
    expect(ownFrame(trace, '/projects/shop')).toBe(frame);
  });
});
