import { expect, test } from 'vitest';
import { add, running, TestHome, until } from '../e2e/support/home.ts';
import { start } from './testing/commands.ts';

test('a suite outside of the slots says what it waits for, where another holds its key', async () => {
  await using home = new TestHome();
  const cwd = home.project({
    'background-e2e.yaml': 'categories:\n  keyed: { command: [sleep, "600"], verdict_from: exit_code, exclusive: [staging-db] }\n',
  });
  const client = await home.connect();
  const holder = await add(client, { project: cwd, category: 'keyed' });
  await running(client, holder.id);
  const waits = start(['run', 'keyed'], { home: home.home, cwd });
  let said = '';
  waits.stderr.on('data', (data) => {
    said += data;
  });
  await until('it says why', () => said.includes(`Waits for exclusive key staging-db, which #${holder.number} has held`));
  waits.kill('SIGINT');
  expect((await waits).exitCode).toBe(130);
});
