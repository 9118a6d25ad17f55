import type { TestCase } from '../../contract/result.ts';
import { countsOf, durationText, type Exported, factsOf, headlineOf, placeOf, testsOf, titleOf } from './exported.ts';

/** As many as a reviewer reads; GitHub takes 65,536 characters in a comment. */
const MOST_TESTS = 50;
const LONGEST_MESSAGE = 1000;
const ICONS: Readonly<Record<string, string>> = { passed: '✅', failed: '❌', flaky: '⚠️' };

/** A result as GitHub-flavoured Markdown for a comment on a pull request. What tests and people named cannot become markup or mention anybody. */
export function toMarkdown(exported: Exported): string {
  const { task } = exported;
  const tests = testsOf(exported);
  const failed = tests.filter(({ status, quarantined }) => status === 'failed' && !quarantined);
  const held = tests.filter(({ quarantined }) => quarantined);
  const flaky = tests.filter(({ status }) => status === 'flaky');
  const icon = ICONS[task.verdict ?? ''] ?? '⚪';
  const parts = [
    `## ${icon} ${inline(headlineOf(task))}`,
    `**${countsOf(task)}**`,
    factsOf(task)
      .map(([name, value]) => `${name}: ${inline(value)}`)
      .join(' · '),
  ];
  if (task.error !== null) parts.push(block(task.error));
  if (failed.length > 0) parts.push(`### ${failed.length} failed`, table(failed), moreThan(failed));
  if (held.length > 0) parts.push(`### ${held.length} failed in quarantine`, table(held), moreThan(held));
  if (flaky.length > 0) parts.push(`### ${flaky.length} flaky`, ...[list(flaky), moreThan(flaky)]);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function table(tests: readonly TestCase[]): string {
  const rows = tests
    .slice(0, MOST_TESTS)
    .map((test) => `| ${inline(titleOf(test))} | ${detail(test)} | ${durationText(test.durationMs)} |`);
  return ['| Test | Message | Took |', '|---|---|---|', ...rows].join('\n');
}

/** In a cell everything stands on one line, so the message is HTML in a fold. */
function detail(test: TestCase): string {
  const place = placeOf(test);
  const message = (test.message ?? '').slice(0, LONGEST_MESSAGE);
  if (message === '') return inline(place);
  const [first = ''] = message.split('\n');
  const more = [place, message].filter((text) => text !== '').join('\n');
  return `<details><summary>${inline(first)}</summary><pre>${html(more).replaceAll('\n', '<br>')}</pre></details>`;
}

const list = (tests: readonly TestCase[]) =>
  tests
    .slice(0, MOST_TESTS)
    .map(
      (test) =>
        `- ${inline(titleOf(test))}${test.retries > 0 ? ` (passed after ${test.retries} ${test.retries === 1 ? 'retry' : 'retries'})` : ''}`,
    )
    .join('\n');

const moreThan = (tests: readonly TestCase[]) => (tests.length > MOST_TESTS ? `… and ${tests.length - MOST_TESTS} more.` : '');

/** Text on one line without any meaning to Markdown or HTML. Entities, because a backslash does nothing inside of HTML. */
function inline(text: string): string {
  return html(clean(text).replace(/\s+/g, ' ').trim());
}

/** Everything that Markdown, its tables, mentions, links and numbers of issues give a meaning becomes a numeric entity. */
const html = (text: string) =>
  clean(text).replace(/[&<>"'`*_~|\\[\]#@!$]|:(?=\/\/)|\.(?<=www\.)/gi, (character) => `&#${character.charCodeAt(0)};`);

/** A block of code, whose fence is longer than any in it. */
function block(text: string): string {
  const body = clean(text).slice(0, LONGEST_MESSAGE);
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}

/** Without control characters and those that turn the direction of text. */
const clean = (text: string) => text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '');
