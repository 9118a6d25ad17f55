import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filtersOf, filterTerm, filterValue, parseQuery, QUERY_KEYS, withFilter, withTyped } from './query.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const PROJECTS = [
  { root: '/home/ada/shop', name: 'shop' },
  { root: '/home/ada/old/shop', name: 'shop' },
  { root: '/home/ada/api', name: 'api' },
];
const asked = (text: string) => filtersOf(parseQuery(text), { now: NOW, projects: PROJECTS });

test('every filter of a query is asked of the host, and the other words are searched for', () => {
  expect(asked('since:14d branch:main verdict:flaky env:staging commit:9f3c category:e2e project:api saved card')).toEqual({
    filters: {
      since: NOW - 14 * 86_400_000,
      branch: 'main',
      failed: null,
      verdict: ['flaky'],
      environment: 'staging',
      commit: '9f3c',
      category: 'e2e',
      project: '/home/ada/api',
      search: 'saved card',
    },
    problems: [],
  });
});

test('verdict:failed means what timed out as well, several verdicts are a list', () => {
  expect(asked('verdict:failed').filters).toEqual({ failed: true, verdict: null });
  expect(asked('verdict:Failed,flaky').filters).toEqual({ failed: null, verdict: ['failed', 'flaky'] });
});

test('quotes keep a value together, and make words of what looks like a filter', () => {
  expect(asked('branch:"my branch" "http://shop.test"')).toEqual({
    filters: { branch: 'my branch', search: 'http://shop.test' },
    problems: [],
  });
  expect(asked('"never closed branch:main').filters).toEqual({ search: 'never closed branch:main' });
});

test('what is not understood is said and narrows nothing', () => {
  for (const [text, sentence] of [
    ['colour:red', /“colour:” is no filter; there are verdict:, .* and until:/],
    ['-branch:main', /“-branch:main” is not understood/],
    ['branch:', /“branch:” needs a value, such as branch:main/],
    ['since:soon', /since is “soon”; it must be a time ago/],
    ['until:2026-02-31', /until is “2026-02-31”/],
    ['verdict:green', /verdict is “green”; it must be passed, failed, flaky or none/],
    ['commit:xyz', /commit is “xyz”/],
    ['constructor:1', /“constructor:” is no filter/],
  ] as const) {
    const { filters, problems } = asked(text);
    expect(filters, text).toEqual({});
    expect(problems, text).toEqual([expect.stringMatching(sentence)]);
  }
});

test('a project is named by its name or its folder; one that nobody knows, and one of two alike, are said', () => {
  expect(asked('project:/home/ada/old/shop')).toEqual({ filters: { project: '/home/ada/old/shop' }, problems: [] });
  expect(asked('project:shop').problems).toEqual([expect.stringMatching(/2 projects are called “shop”; \/home\/ada\/shop is shown/)]);
  expect(asked('project:shp').problems).toEqual(['No project with results is called “shp”.']);
});

test('a filter that is said twice counts once, and that is said', () => {
  expect(asked('branch:a branch:b')).toEqual({ filters: { branch: 'b' }, problems: [expect.stringMatching(/branch is said twice; “b”/)] });
});

test('a filter that is typed or chosen takes the place of the earlier one', () => {
  const terms = parseQuery('branch:a env:staging card');
  expect(withTyped(terms, parseQuery('branch:b')).map(({ text }) => text)).toEqual(['branch:b', 'env:staging', 'card']);
  expect(withFilter(terms, 'env', null).map(({ text }) => text)).toEqual(['branch:a', 'card']);
});

test('no text makes the parser throw, lose a word, or narrow by what it did not understand', () => {
  const part = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.constantFrom(...QUERY_KEYS, 'colour', '-env', '__proto__'), fc.string()).map(([key, value]) => `${key}:${value}`),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join(' ');
      const terms = parseQuery(text);
      expect(terms.map((term) => term.text).join('')).toBe(text.match(/"[^"]*(?:"|$)|\S/g)?.join('') ?? '');
      const { problems } = filtersOf(terms, { now: NOW, projects: PROJECTS });
      expect(problems.length).toBeGreaterThanOrEqual(terms.filter(({ kind }) => kind === 'problem').length);
    }),
  );
});

test('a value that was chosen from a menu is read as that value', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((value) => !value.includes('"') && value.trim() === value && value !== ''),
      (value) => {
        const term = filterTerm('branch', value);
        expect(filterValue(parseQuery(term.text), 'branch')).toBe(value);
      },
    ),
  );
});
