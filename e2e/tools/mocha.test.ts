import { describe, expect, test, vi } from 'vitest';
import { TestHome } from '../support/home.ts';
import { NOTES_WHAT_RAN, npmPackages, projectWith, queued } from '../support/real-tool.ts';

vi.setConfig({ testTimeout: 120_000 });

const modules = await npmPackages({ mocha: '10.8.2', 'mocha-junit-reporter': '2.2.1', mochawesome: '8.1.1' });

const PROJECT = {
  'background-e2e.yaml': `categories:
  junit: { command: [npx, mocha, "test/*.cjs", --reporter, mocha-junit-reporter, --reporter-options, mochaFile=out.xml], reports: [out.xml] }
  awesome: { command: [npx, mocha, "test/*.cjs", --reporter, mochawesome, --reporter-options, "html=false,reportDir=out"], reports: [out/mochawesome.json] }
`,
  '.mocharc.json': '{ "require": ["./own-counts.cjs"] }',
  // What Mocha itself tells its reporters.
  'own-counts.cjs': `const { Runner } = require('mocha');
const run = Runner.prototype.run;
Runner.prototype.run = function (done, options) {
  const own = { pass: 0, fail: 0, pending: 0 };
  for (const name of Object.keys(own)) this.on(name, () => { own[name] += 1; });
  process.on('exit', () => console.log('OWN ' + JSON.stringify(own)));
  return run.call(this, done, options);
};`,
  'test/cart.cjs': `${NOTES_WHAT_RAN}const assert = require('node:assert');
describe('cart (a+b)', () => {
  it('costs 5 $ [now]?', () => { ran('costs'); assert.equal(1, 2); });
  it('same', () => ran('same'));
  it('also same', () => ran('also same'));
  for (const n of [1, 2]) it('total ' + n, () => { ran('total ' + n); assert.equal(n, 1); });
  it('“Größe” > "5"', () => { ran('quotes'); throw new Error('no'); });
  it.skip('later', () => {});
  it('soon');
  describe('inner', () => { it('same', () => { ran('inner same'); throw new Error('inner'); }); });
  it('passes the second time', function () { this.retries(1); ran('second time'); assert.equal(this.test.currentRetry(), 1); });
});`,
  'test/db.cjs': `${NOTES_WHAT_RAN}describe('db', () => { before(() => { ran('hook of db'); throw new Error('refused'); }); it('reads', () => ran('reads')); });
describe('files', () => { beforeEach('clean', () => { ran('hook of files'); throw new Error('full'); }); it('writes', () => ran('writes')); it('reads', () => ran('reads files')); });`,
  'test/pay.cjs': `${NOTES_WHAT_RAN}describe('pay', () => { it('later too'); it('pays', () => ran('pays')); });`,
};

const ownCounts = (log: string) => JSON.parse(/OWN (\{.*\})/.exec(log)?.[1] ?? 'null');

describe.skipIf(modules === null)('mocha', () => {
  // What a broken hook kept from running stands in mochawesome's report alone.
  test.each([
    { category: 'junit', kept: 0 },
    { category: 'awesome', kept: 3 },
  ])(
    'counts as the reader does, and a retry runs what failed alone, with the blocks of broken hooks: $category',
    async ({ category, kept }) => {
      await using home = new TestHome({ bundled: true });
      const at = { home: home.home, cwd: projectWith(home, PROJECT, modules) };
      const whole = await queued(['add', category], at);
      const own = ownCounts(whole.log);
      expect(own).toEqual({ pass: 5, fail: 6, pending: 3 });
      expect(whole.counts).toMatchObject({ passed: own.pass, failed: own.fail, skipped: own.pending + kept });
      const again = await queued(['retry', 'last', '--failed'], at);
      expect(again.ran).toEqual(['costs', 'hook of db', 'hook of files', 'inner same', 'quotes', 'total 2']);
      expect(again.rerun?.still_failing).toHaveLength(6);
      expect(again.rerun?.note).toContain('all of its tests');
    },
  );
});
