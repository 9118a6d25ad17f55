import { type Case, messageOf, readCase } from './junit-case.ts';
import { goVersion, joinReruns } from './junit-reruns.ts';
import { joinNestedReruns, SUREFIRE } from './junit-surefire.ts';
import { MOCHA_HOOK } from './mocha-hook.ts';
import { errorOutside, type ReadFile, type ReportReader, type Source } from './reader.ts';
import { attribute, childrenOf, type Element, firstTag, rootElements, textOf } from './xml.ts';
import { parseXml } from './xml-document.ts';

/**
 * JUnit XML as its many writers have it: https://github.com/testmoapp/junitxml gathers the dialects, and Maven Surefire's schema
 * (surefire-test-report.xsd) has the reruns. There is no other standard.
 */
export const junitReader: ReportReader = {
  name: 'JUnit XML',
  // A DOCTYPE hides what comes after it: `read` says why that is not read.
  detect: ({ head }) => {
    const first = firstTag(head);
    return first !== null && (first.doctype || /^testsuites?$/.test(first.name) || first.name === FAILSAFE);
  },
  read: ({ text }, source) => {
    const document = parseXml(isNodeTest(text) ? text.replaceAll('&amp;quot;', '&quot;') : text, source);
    const found: ReadFile = { tests: [], warnings: [], tool: toolOf(document), start: null, stop: null, incomplete: false };
    // The name of <testsuites> is the run's, no part of the way to a test.
    for (const root of rootElements(document, 'testsuites')) {
      readSuite(root, [], found, source);
      addUnnamed(root, found);
    }
    for (const root of rootElements(document, 'testsuite')) readSuite(root, pathOf(root, []), found, source);
    doubtClaims(document, found, source);
    for (const summary of rootElements(document, FAILSAFE)) readFailsafe(summary, found);
    return found;
  },
  merge: joinNestedReruns,
};

/** node --test escapes quotes in names and messages twice (seen in 24.21). */
const isNodeTest = (text: string) =>
  /^\s*(?:<\?xml[^>]*>\s*)?<testsuites>\s*<test(?:suite [^>]*\bdisabled="\d|case [^>]*\bclassname="test")/.test(text);

/** A suite that repeats the name around it says nothing more. */
function pathOf(suite: Element, outer: readonly string[]): readonly string[] {
  const name = nameOf(suite);
  return name === '' || name === outer.at(-1) ? outer : [...outer, name];
}

/** The name of its reports, in which each suite is a file and is named so. */
const VITEST = 'vitest tests';

/** jest-junit calls a file without blocks "undefined". */
const nameOf = (suite: Element) =>
  attribute(suite, 'name')
    ?.trim()
    .replace(/^undefined$/, '') ?? '';

/** Suites nest, and may be empty. The cases are counted, not what suites say about their numbers. `path`: down to this one. */
function readSuite(suite: Element, path: readonly string[], found: ReadFile, source: Source, file = ''): void {
  const cases: Case[] = [];
  for (const child of suite.children) {
    if (child.name === 'error' || child.name === 'failure')
      found.tests.push(errorOutside(path.at(-1) ?? 'Outside of any test', ...messageOf(child)));
    else if (child.name === 'testcase') cases.push(readCase(child, suite, path, source, file));
  }
  for (const test of joinReruns(suite, cases)) found.tests.push(test);
  // mocha-junit-reporter, as Cypress uses it, names the spec file at an empty suite that comes before those of that file.
  let spec = file;
  for (const inner of childrenOf(suite, 'testsuite')) {
    if (nameOf(inner) === 'Root Suite') spec = attribute(inner, 'file') ?? '';
    readSuite(inner, pathOf(inner, path), found, source, spec || (nameOf(suite) === VITEST ? nameOf(inner) : ''));
  }
}

/** Where suites claim failures and nothing has failed, or one that claims some has no case at all, something is missing. */
function doubtClaims(document: Element, found: ReadFile, { file }: Source): void {
  const claimed = claimedFailures(document);
  if (claimed === 0 || found.tests.some(({ status, flaky }) => status === 'failed' || status === 'other' || flaky === true)) return;
  const what = `counts ${claimed} ${claimed === 1 ? 'failure' : 'failures'} but names no failed test.`;
  found.incomplete = true;
  found.warnings.push(`${file} ${what}`);
  // As after a class or a set-up that broke before its first test.
  if (found.tests.length === 0) found.tests.push(errorOutside(file, `The report ${what}`, ''));
}

/** The highest number of failures and errors that one of the suites in an element claims to have. */
function claimedFailures(element: Element): number {
  const own = ['failures', 'errors'].map((name) => Number(attribute(element, name))).filter((count) => count > 0 && Number.isFinite(count));
  return element.children.reduce(
    (highest, child) => (/^testsuites?$/.test(child.name) ? Math.max(highest, claimedFailures(child)) : highest),
    own.reduce((sum, count) => sum + count, 0),
  );
}

/** mocha-junit-reporter writes no case for a pending test: that there are some stands in the header alone. */
function addUnnamed(root: Element, found: ReadFile): void {
  if (!isMocha(root)) return;
  const hooks = found.tests.filter(({ name }) => MOCHA_HOOK.test(name)).length;
  // A hook that broke has a case, but is no test. Those that it kept from running, or that --grep left out, are merely missing.
  const missing = Number(attribute(root, 'tests')) - (found.tests.length - hooks);
  const pending = Number(attribute(root, 'skipped')) - found.tests.filter(({ status }) => status === 'skipped').length;
  if (!(pending > 0 && pending <= missing && pending <= MOST_UNNAMED)) return;
  for (let number = 1; number <= pending; number += 1)
    found.tests.push({ name: `(pending test ${number}, which the report does not name)`, status: 'skipped', duration: 0 });
}

const MOST_UNNAMED = 10_000;

/** Its options may name the run and the root suite otherwise; then its sparse attributes tell. */
function isMocha(root: Element): boolean {
  if (nameOf(root) === 'Mocha Tests' || nameOf(root.children[0] ?? root) === 'Root Suite') return true;
  const hasOnly = (element: Element, ...names: string[]) => Object.keys(element.attributes).every((name) => names.includes(name));
  return (
    hasOnly(root, 'name', 'time', 'tests', 'failures', 'skipped') &&
    attribute(root, 'skipped') !== undefined &&
    root.children.length > 0 &&
    root.children.every(
      (suite) => suite.name === 'testsuite' && hasOnly(suite, 'name', 'timestamp', 'tests', 'file', 'time', 'failures', 'skipped'),
    )
  );
}

/** Maven Failsafe puts its sums beside the reports of its tests: what broke the run as a whole stands in them alone. */
const FAILSAFE = 'failsafe-summary';

function readFailsafe(summary: Element, found: ReadFile): void {
  const said = childrenOf(summary, 'failureMessage').map(textOf).join('\n').trim();
  if (said !== '') found.tests.push(errorOutside('Failsafe', said, ''));
  else if (attribute(summary, 'timeout') === 'true')
    found.tests.push(errorOutside('Failsafe', 'Its tests took too long, so it ended them.', ''));
}

/** Few say who they are. */
function toolOf(document: Element): ReadFile['tool'] {
  const [root] = document.children;
  if (!root) return null;
  if (isMocha(root)) return { name: 'mocha' };
  if (root.name === FAILSAFE || attribute(root, 'noNamespaceSchemaLocation')?.includes('surefire')) return SUREFIRE;
  const suite = root.name === 'testsuite' ? root : (childrenOf(root, 'testsuite')[0] ?? root);
  if (nameOf(suite) === 'pytest') return { name: 'pytest' };
  const go = goVersion(suite);
  if (go !== null) return { name: 'go test', ...(go === '' ? {} : { version: go }) };
  switch (nameOf(root)) {
    case 'jest tests':
      return { name: 'jest' };
    case VITEST:
      return { name: 'vitest' };
    default:
      return null;
  }
}
