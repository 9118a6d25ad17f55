import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test, vi } from 'vitest';
import { TestHome } from '../support/home.ts';
import { queued } from '../support/real-tool.ts';

vi.setConfig({ testTimeout: 120_000 });

const PATH = [process.env.PATH ?? '', '/usr/local/go/bin', join(homedir(), 'go', 'bin')].join(delimiter);

const isThere = async (...words: [string, string]) => (await execa(words[0], [words[1]], { env: { PATH }, reject: false })).exitCode === 0;

const hasTools = (await isThere('go', 'version')) && (await isThere('gotestsum', '--version'));
if (!hasTools) console.warn('SKIPPED: tests with the real go test, because go and gotestsum are not both installed here.');

const PROJECT = {
  'background-e2e.yaml':
    'categories: { unit: { command: [gotestsum, --format, standard-verbose, --junitfile, out.xml], reports: [out.xml] } }',
  'go.mod': 'module example.com/shop\n\ngo 1.20\n',
  'cart_test.go': `package shop

import "testing"

func TestAdds(t *testing.T)   {}
func TestPays(t *testing.T)   { t.Run("by card (now)", func(t *testing.T) { t.Fatal("declined") }); t.Run("cash", func(t *testing.T) {}) }
func TestPaysLater(t *testing.T) {}
func TestGröße(t *testing.T)  { t.Fatal("too big") }
func TestLater(t *testing.T)  { t.Skip("not built yet") }
`,
  'ship/ship_test.go': 'package ship\n\nimport "testing"\n\nfunc TestShips(t *testing.T) {}\n',
};

const linesOf = (log: string, what: string) => [...log.matchAll(new RegExp(`^ *--- ${what}: (\\S+)`, 'gm'))].map(([, name]) => name);

describe.skipIf(!hasTools)('gotestsum', () => {
  test('counts as the reader does, and a retry of what failed runs those tests alone', async () => {
    await using home = new TestHome({ bundled: true });
    const at = { home: home.home, cwd: home.project(PROJECT), env: { PATH } };
    const whole = await queued(['add', 'unit'], at);
    expect(whole.counts).toMatchObject({
      total: 8,
      passed: linesOf(whole.log, 'PASS').length,
      failed: linesOf(whole.log, 'FAIL').length,
      skipped: linesOf(whole.log, 'SKIP').length,
    });
    expect(linesOf(whole.log, 'FAIL')).toEqual(['TestPays/by_card_(now)', 'TestPays', 'TestGröße']);
    const again = await queued(['retry', 'last', '--failed'], at);
    expect([...again.log.matchAll(/^=== RUN +(\S+)/gm)].map(([, name]) => name)).toEqual([
      ...['TestPays', 'TestPays/by_card_(now)', 'TestPays/cash', 'TestGröße'],
    ]);
    expect(again.rerun?.still_failing).toHaveLength(3);
  });
});
