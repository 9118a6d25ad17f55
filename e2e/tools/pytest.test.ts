import { describe, expect, test, vi } from 'vitest';
import { TestHome } from '../support/home.ts';
import { pythonPackages, queued } from '../support/real-tool.ts';

vi.setConfig({ testTimeout: 120_000 });

const packages = await pythonPackages({ pytest: '9.2.0', 'pytest-rerunfailures': '16.7' });

const RAN = `import pytest
def ran(name):
    with open('ran.txt', 'a', encoding='utf-8') as trail: trail.write(name + '\\n')
`;

const PROJECT = {
  'background-e2e.yaml':
    'categories: { unit: { command: [python3, -m, pytest, tests, -p, no:cacheprovider, --junitxml=out.xml], reports: [out.xml] } }',
  'tests/test_cart.py': `${RAN}
class TestCart:
    def test_adds(self): ran('adds in cart')
    def test_pays(self):
        ran('pays')
        assert 402 == 200
    class TestInner:
        def test_adds(self):
            ran('adds inner')
            assert False
@pytest.mark.parametrize('text', ['a', 'x[1]::y', 'mit Größe', '"quoted" & <b>', 'a/b-c d'])
def test_total(text):
    ran('total ' + text)
    assert text == 'a'
@pytest.mark.skip(reason='not built yet')
def test_later(): pass
@pytest.mark.xfail
def test_known(): assert False
@pytest.mark.xfail(strict=True)
def test_mended():
    ran('mended')
@pytest.mark.flaky(reruns=1)
def test_second_time(tries=[]):
    ran('second time')
    tries.append(1)
    assert len(tries) == 2
@pytest.fixture
def broken(): raise RuntimeError('refused')
def test_rows(broken): pass
`,
  'tests/deep/__init__.py': '',
  'tests/deep/test_pay.py': `${RAN}
def test_adds(): ran('adds in pay')
def test_pays():
    ran('pays in pay')
    raise ValueError('declined')
`,
};

const said = (log: string, what: string) =>
  Number(new RegExp(`^=+ .*?(\\d+) ${what}`, 'm').exec(log.slice(log.lastIndexOf('\n=')).trim())?.[1] ?? 0);

describe.skipIf(packages === null)('pytest', () => {
  const env = { PYTHONPATH: packages ?? '', PYTHONDONTWRITEBYTECODE: '1' };

  test('counts as the reader does, and a retry of what failed runs those tests alone', async () => {
    await using home = new TestHome({ bundled: true });
    const at = { home: home.home, cwd: home.project(PROJECT), env };
    const whole = await queued(['add', 'unit'], at);
    expect(whole.counts).toMatchObject({
      total: 15,
      passed: said(whole.log, 'passed'),
      failed: said(whole.log, 'failed') + said(whole.log, 'errors?'),
      skipped: said(whole.log, 'skipped') + said(whole.log, 'xfailed'),
      flaky: 1,
    });
    const again = await queued(['retry', 'last', '--failed'], at);
    expect(again.ran).toEqual(
      ['adds inner', 'mended', 'pays', 'pays in pay', 'total "quoted" & <b>', 'total a/b-c d', 'total mit Größe', 'total x[1]::y'].sort(),
    );
    expect(again.counts).toMatchObject({ total: 9, failed: 9 });
    expect(again.rerun?.still_failing).toHaveLength(9);
  });

  test('a module that cannot be loaded is an error, and is tried again with what it remembers', async () => {
    await using home = new TestHome({ bundled: true });
    const files = { 'test_broken.py': 'import nowhere\n', 'test_fine.py': `${RAN}\ndef test_fine(): ran('fine')\n` };
    const yaml = 'categories: { unit: { command: [python3, -m, pytest, --junitxml=out.xml], reports: [out.xml] } }';
    const at = { home: home.home, cwd: home.project({ 'background-e2e.yaml': yaml, ...files }), env };
    const whole = await queued(['add', 'unit'], at);
    expect(whole.counts).toMatchObject({ total: said(whole.log, 'errors?'), failed: 1 });
    const again = await queued(['retry', 'last', '--failed'], at);
    expect(again).toMatchObject({ counts: { total: 1, failed: 1 }, ran: [] });
  });
});
