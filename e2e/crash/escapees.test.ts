import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { run } from '../../cli/testing/commands.ts';
import { identityOf, isAlive } from '../../supervisor/identity.ts';
import { TestHome, until } from '../support/home.ts';

vi.setConfig({ testTimeout: 120_000 });

const NAMES = ['session', 'daemon', 'deaf', 'bare'];

/** Each leaves the tree by another way, then writes its pid: a session of its own, a double fork, nohup without an ear for SIGTERM, no environment. */
const SUITE = `
alive() { echo "echo \\$\\$ > $1.new; mv $1.new $1;"; }
setsid sh -c "$(alive session) exec sleep 600" &
setsid sh -c "(setsid sh -c '$(alive daemon) exec sleep 600' &)"
nohup sh -c "trap '' TERM; $(alive deaf) while :; do sleep 1; done" &
(env -i PATH="$PATH" setsid sh -c "$(alive bare) exec sleep 600" &)
wait
`;

test('what bge2e cancel ends is gone, whichever way it has left the tree, and the result says that nothing survived', async () => {
  await using home = new TestHome();
  const project = home.project({
    'background-e2e.yaml': 'categories:\n  smoke: { command: [sh, suite.sh], verdict_from: exit_code }\n',
    'suite.sh': SUITE,
  });
  const bge2e = (...args: string[]) => run(args, { home: home.home, cwd: project });
  expect((await bge2e('add', 'smoke')).code).toBe(0);
  await until('all have left', () => NAMES.every((name) => existsSync(join(project, name))));
  const escapees = NAMES.map((name) => identityOf(Number(readFileSync(join(project, name), 'utf8'))));
  expect(escapees.map(isAlive)).toEqual(NAMES.map(() => 'alive'));

  expect((await bge2e('cancel', 'last')).code).toBe(0);
  const { code, out } = await bge2e('wait', 'last', '--json');
  expect(code).toBe(130);
  expect(escapees.map(isAlive)).toEqual(NAMES.map(() => 'gone'));
  const said: unknown = JSON.parse(out);
  const [task] = Array.isArray(said) ? said : [said];
  expect(task).toMatchObject({ status: 'cancelled', attempts: [{ cause: 'cancelled', survivors: [], not_checked: [] }] });
});
