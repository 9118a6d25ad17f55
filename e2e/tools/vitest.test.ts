import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { TestHome } from '../support/home.ts';
import { projectWith, queued } from '../support/real-tool.ts';

vi.setConfig({ testTimeout: 120_000 });

const RAN = "import { appendFileSync } from 'node:fs';\nconst ran = (name) => appendFileSync('ran.txt', name + '\\n');\n";

const PROJECT = {
  'background-e2e.yaml':
    'categories: { unit: { command: [npx, vitest, run, --reporter=junit, --reporter=default, --outputFile.junit=out.xml], reports: [out.xml] } }',
  'vitest.config.mjs': 'export default { test: { maxWorkers: 1 } };',
  'cart.test.mjs': `${RAN}import { describe, it, expect } from 'vitest';
describe('cart (a+b)', () => {
  it('costs 5 $ [now]?', () => { ran('costs'); expect(1).toBe(2); });
  it('also same', () => ran('also same'));
  it.each([1, 2])('total %i', (n) => { ran('total ' + n); expect(n).toBe(1); });
  it('“Größe” > "5"', () => { ran('quotes'); throw new Error('no'); });
  it.skip('later', () => {});
  it.todo('soon');
  let tries = 0;
  it('second time', { retry: 1 }, () => { ran('second time'); tries += 1; expect(tries).toBe(2); });
});`,
  'other.test.mjs': `${RAN}import { describe, it } from 'vitest';
describe('cart (a+b)', () => { it('same', () => ran('same in other')); });`,
  'pay.test.mjs': `${RAN}import { describe, it } from 'vitest';
describe('cart (a+b)', () => { it('same', () => { ran('same in pay'); throw new Error('declined'); }); });`,
};

const said = (log: string, what: string) => Number(new RegExp(`Tests .*?(\\d+) ${what}`).exec(log)?.[1] ?? 0);

test('Vitest counts as the reader does, and a retry of what failed runs those tests alone', async () => {
  await using home = new TestHome({ bundled: true });
  const at = { home: home.home, cwd: projectWith(home, PROJECT, join(import.meta.dirname, '..', '..', 'node_modules')) };
  const whole = await queued(['add', 'unit'], at);
  expect(whole.counts).toMatchObject({
    total: 10,
    passed: said(whole.log, 'passed'),
    failed: said(whole.log, 'failed'),
    skipped: said(whole.log, 'skipped') + said(whole.log, 'todo'),
  });
  const again = await queued(['retry', 'last', '--failed'], at);
  expect(again.ran).toEqual(['costs', 'quotes', 'same in pay', 'total 2']);
  expect(again.rerun?.still_failing).toHaveLength(4);
});

test('a block whose set-up broke runs again with all of its tests, also where that is mended', async () => {
  await using home = new TestHome({ bundled: true });
  const files = {
    'db.test.mjs': `${RAN}import { beforeAll, describe, it } from 'vitest';
describe('db', () => { beforeAll(() => { if (process.env.MENDED === undefined) throw new Error('refused'); }); it('reads', () => ran('reads')); });
it('alone', () => ran('alone'));`,
  };
  const cwd = projectWith(home, { ...PROJECT, ...files }, join(import.meta.dirname, '..', '..', 'node_modules'));
  const whole = await queued(['add', 'unit', '--', 'db.test.mjs'], { home: home.home, cwd });
  // The block itself is counted as what failed.
  expect(whole).toMatchObject({
    counts: { passed: said(whole.log, 'passed'), failed: 1, skipped: said(whole.log, 'skipped') },
    ran: ['alone'],
  });
  const again = await queued(['retry', 'last', '--failed'], { home: home.home, cwd, env: { MENDED: '1' } });
  expect(again).toMatchObject({ counts: { passed: 1, failed: 0 }, ran: ['reads'] });
});
