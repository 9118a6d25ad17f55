import { expect, test, vi } from 'vitest';
import { TestHome } from '../support/home.ts';
import { NOTES_WHAT_RAN, npmPackages, projectWith, queued } from '../support/real-tool.ts';

vi.setConfig({ testTimeout: 120_000 });

const modules = await npmPackages({ jest: '30.5.2', 'jest-junit': '17.0.0' });

const PROJECT = {
  'background-e2e.yaml':
    'categories: { unit: { command: [npx, jest, --ci, --runInBand, --reporters=default, --reporters=jest-junit], reports: [junit.xml] } }',
  'jest.config.js': 'module.exports = {};',
  'cart.test.js': `${NOTES_WHAT_RAN}describe('cart (a+b)', () => {
  it('costs 5 $ [now]?', () => { ran('costs'); expect(1).toBe(2); });
  it('same', () => ran('same'));
  it('also same', () => ran('also same'));
  it.each([1, 2])('total %i', (n) => { ran('total ' + n); expect(n).toBe(1); });
  it('“Größe” > "5"', () => { ran('quotes'); throw new Error('no'); });
  it.skip('later', () => {});
  describe('inner', () => { it('same', () => { ran('inner same'); throw new Error('inner'); }); });
});`,
  'often.test.js': `${NOTES_WHAT_RAN}let tries = 0;
describe('often', () => {
  jest.retryTimes(1);
  it('passes at once', () => ran('at once'));
  it('passes the second time', () => { ran('second time'); tries += 1; expect(tries).toBe(2); });
});`,
  'db.test.js': `${NOTES_WHAT_RAN}describe('db', () => { beforeAll(() => { throw new Error('refused'); }); it('reads', () => ran('reads')); it('writes', () => ran('writes')); });
it('alone', () => ran('alone'));
it('alone and red', () => { ran('alone and red'); throw new Error('red'); });`,
};

const said = (log: string, what: string) => Number(new RegExp(`^Tests: .*?(\\d+) ${what}`, 'm').exec(log)?.[1] ?? 0);

test.skipIf(modules === null)('Jest counts as the reader does, and a retry of what failed runs those tests alone', async () => {
  await using home = new TestHome({ bundled: true });
  const at = { home: home.home, cwd: projectWith(home, PROJECT, modules) };
  const whole = await queued(['add', 'unit'], at);
  expect(whole.counts).toMatchObject({
    total: said(whole.log, 'total'),
    passed: said(whole.log, 'passed'),
    failed: said(whole.log, 'failed'),
    skipped: said(whole.log, 'skipped'),
  });
  expect(whole.counts).toMatchObject({ total: 14, failed: 7 });
  const again = await queued(['retry', 'last', '--failed'], at);
  expect(again.ran).toEqual(['alone and red', 'costs', 'inner same', 'quotes', 'total 2']);
  expect(again.rerun?.still_failing).toHaveLength(7);
});
