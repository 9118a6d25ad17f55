import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { countsOf } from './ctrf.ts';
import { readerFor } from './formats.ts';

// Reports that the tools write now, in the versions that are installed here.

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bge2e-tools-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) =>
  new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });

async function read(name: string, exitCode: number | null) {
  const content = new Content(await readFile(join(folder, name), 'utf8'));
  return readerFor(content, name).read(content, { file: name, projectRoot: folder, exitCode });
}

describe('node --test', () => {
  const SUITE = `import { before, describe, it, test } from 'node:test';
describe('cart', () => {
  it('adds', () => {});
  it('removes', () => { throw new Error('declined'); });
  it('later', { skip: true }, () => {});
  it('soon', { todo: true }, () => { throw new Error('not yet'); });
  describe('total', () => { it('sums', () => {}); });
});
test('with subtests', async (t) => { await t.test('inner', () => {}); });
describe('db', () => { before(() => { throw new Error('refused'); }); it('reads', () => {}); });
`;

  it('is counted as it counts itself', async () => {
    await writeFile(join(folder, 'cart.test.mjs'), SUITE);
    const code = await run(process.execPath, '--test', '--test-reporter=tap', '--test-reporter-destination=out.tap', 'cart.test.mjs');
    const text = await readFile(join(folder, 'out.tap'), 'utf8');
    const own = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1]);
    const { tests, incomplete } = await read('out.tap', code);
    expect(incomplete).toBe(false);
    expect(countsOf(tests)).toEqual({
      total: own('tests'),
      passed: own('pass'),
      failed: own('fail') + own('cancelled'),
      skipped: own('skipped') + own('todo'),
      flaky: 0,
    });
    expect(tests.find(({ status }) => status === 'other')).toMatchObject({ name: 'db', message: 'refused' });
    expect(tests.find(({ name }) => name === 'removes')).toMatchObject({ filePath: 'cart.test.mjs', line: 4, message: 'declined' });
  });
});

const K6 = [...(process.env.PATH ?? '').split(delimiter), join(process.env.HOME ?? '', 'go', 'bin')]
  .map((one) => join(one, 'k6'))
  .find(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(K6 === undefined)('k6', () => {
  const FORMS = [
    ['--summary-export', ['--summary-export', 'out.json']],
    ['handleSummary', []],
    ['the machine-readable summary', ['--new-machine-readable-summary', '--summary-export', 'out.json']],
  ] as const;

  it.each(FORMS.flatMap(([form, args]) => [100_000, 0].map((limit) => ({ form, args, limit }))))(
    'has a verdict of its own in $form with a threshold of $limit ms',
    async ({ form, args, limit }) => {
      const server = createServer((_, response) => response.end('hello'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        const summary = form === 'handleSummary' ? "export const handleSummary = (data) => ({ 'out.json': JSON.stringify(data) });" : '';
        await writeFile(
          join(folder, 'load.js'),
          `import http from 'k6/http';
export const options = { iterations: 3, thresholds: { http_req_duration: ['max<=${limit}'] } };
export default () => http.get('http://127.0.0.1:${port}/');
${summary}`,
        );
        const code = await run(K6 ?? 'k6', 'run', '--quiet', '--no-usage-report', ...args, 'load.js');
        expect(code).toBe(limit === 0 ? 99 : 0);
        const { tests, metrics } = await read('out.json', code);
        expect(countsOf(tests)).toMatchObject({ total: 1, failed: limit === 0 ? 1 : 0 });
        expect(metrics?.http_reqs).toMatchObject({ count: 3 });
      } finally {
        server.close();
      }
    },
    30_000,
  );
});
