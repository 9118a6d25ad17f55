import { expect, test, vi } from 'vitest';
import { TestHome } from '../support/home.ts';
import { queued } from '../support/real-tool.ts';

vi.setConfig({ testTimeout: 120_000 });

const PROJECT = {
  'background-e2e.yaml': `categories:
  unit:
    command: [node, --test, --test-reporter=junit, --test-reporter-destination=out.xml, --test-reporter=tap, --test-reporter-destination=stdout, cart.test.mjs, pay.test.mjs]
    reports: [out.xml]
`,
  'cart.test.mjs': `import { appendFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
const ran = (name) => appendFileSync('ran.txt', name + '\\n');
describe('cart (a+b)', () => {
  it('costs 5 $ [now]?', () => { ran('costs'); throw new Error('dear'); });
  it('also costs 5 $ [now]?', () => ran('also costs'));
  describe('inner', () => it('“Größe” / "5" <it\\'s>', () => { ran('quotes'); throw new Error('no'); }));
  it('later', { skip: true }, () => {});
});
describe('db', () => { before(() => { ran('hook'); throw new Error('refused'); }); it('reads', () => ran('reads')); });`,
  'pay.test.mjs': `import { appendFileSync } from 'node:fs';
import { it } from 'node:test';
const ran = (name) => appendFileSync('ran.txt', name + '\\n');
it('pays', () => {});
it('ships "now"', async (t) => { await t.test('to "me"', () => { ran('ships'); throw new Error('lost'); }); });`,
};

const said = (log: string, what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(log)?.[1]);

test('node --test counts as the reader does, and a retry of what failed runs those tests alone', async () => {
  await using home = new TestHome({ bundled: true });
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const whole = await queued(['add', 'unit'], at);
  expect(whole.counts).toMatchObject({
    total: 7,
    passed: said(whole.log, 'pass'),
    // Its JUnit XML has a test with subtests as their suite alone.
    failed: said(whole.log, 'fail') + said(whole.log, 'cancelled') - 1,
    skipped: said(whole.log, 'skipped'),
  });
  const again = await queued(['retry', 'last', '--failed'], at);
  expect(again.ran).toEqual(['costs', 'hook', 'quotes', 'ships']);
  expect(again.rerun?.still_failing).toHaveLength(4);
});
