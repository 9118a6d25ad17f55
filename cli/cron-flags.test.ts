import { expect, test } from 'vitest';
import { TestHome } from '../e2e/support/home.ts';
import { PROJECT, run } from './testing/commands.ts';

test.each([
  [['--at', '+1h'], '--at'],
  [['--after', 'last'], '--after'],
  [['--dedupe'], '--dedupe'],
  [['--client', 'me'], '--client'],
])('what is said of one task is refused beside a cron pattern, instead of passed over: %s', async (flags, named) => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const { code, err } = await run(['add', 'quick', '--cron', '0 3 * * *', ...flags], at);
  expect([code, err]).toEqual([2, `${named} says something about one task and does not go with --cron.\n`]);
  expect(await (await home.connect()).call('listSchedules', {})).toEqual([]);
});
