import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReadRequest } from '../../contract/report.ts';
import { readApart } from './read-apart.ts';
import { readFiles } from './read-files.ts';

const PROGRAM = { node: process.execPath, entry: join(import.meta.dirname, 'report-reader.ts') };
const PASSED = '<testsuite name="s"><testcase name="a"/></testsuite>';
const FAILED = '<testsuite name="s"><testcase name="b"><failure message="broken"/></testcase></testsuite>';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bge2e-apart-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, content: string): string {
  writeFileSync(join(root, name), content);
  return join(root, name);
}

const asked = (files: string[]): ReadRequest => ({
  files,
  root,
  format: 'any',
  tool: null,
  startedAt: 1,
  exitCode: null,
  keepIn: null,
});

test('a process of its own reads the same as this one', async () => {
  const request = asked([put('a.xml', PASSED), put('b.xml', FAILED), put('c.xml', 'x'), join(root, 'none.xml')]);
  const answer = await readApart(PROGRAM)(request);
  expect(answer).toEqual(await readFiles(request));
  expect(answer).toMatchObject({
    formats: ['JUnit XML'],
    counts: { total: 2, failed: 1 },
    problems: [/^c\.xml/, /^none\.xml/].map((one) => expect.stringMatching(one)),
  });
});

test('a file that needs more memory than it may is named, and the others are read', async () => {
  const request = asked([put('a.xml', PASSED), put('huge.json', `[${'{"a":[]},'.repeat(1_000_000)}1]`), put('b.xml', FAILED)]);
  const answer = await readApart({ ...PROGRAM, caps: { memoryMb: 40, secondsPerFile: 60 } })(request);
  expect(answer).toMatchObject({
    counts: { total: 2, failed: 1 },
    problems: ['huge.json could not be read: it needs more than 40 MB of memory.'],
  });
});

// As on a share whose server is gone.
const HANGS = `import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
const { open } = fs;
fs.open = (path, ...rest) => (/slow/.test(path) ? new Promise(() => setInterval(() => {}, 1000)) : open(path, ...rest));
syncBuiltinESMExports();`;

test.skipIf(process.platform === 'win32')(
  'files that are never read to their end are named, and at the third one reading ends',
  async () => {
    const node = put('node', `#!/bin/sh\nexec '${process.execPath}' --import '${put('hangs.mjs', HANGS)}' "$@"\n`);
    chmodSync(node, 0o755);
    const slow = ['1.slow.xml', '2.slow.xml', '3.slow.xml'].map((name) => put(name, PASSED));
    const request = asked([put('0.xml', PASSED), ...slow, put('4.xml', FAILED)]);
    const answer = await readApart({ ...PROGRAM, node, caps: { memoryMb: 100, secondsPerFile: 1 } })(request);
    expect(answer.counts).toMatchObject({ total: 1, passed: 1 });
    expect(answer.problems).toEqual([
      ...[1, 2, 3].map((number) => `${number}.slow.xml could not be read: it took longer than 1 s.`),
      '4.xml was not read: 3 reports before it had broken off the reading.',
    ]);
  },
);

test('a program that cannot be started, or says nothing, is an error with a sentence', async () => {
  const request = asked([put('a.xml', PASSED)]);
  await expect(readApart({ ...PROGRAM, node: join(root, 'no-node') })(request)).rejects.toThrow(/ENOENT/);
  await expect(readApart({ ...PROGRAM, entry: put('broken.mjs', 'throw new Error("broken")') })(request)).rejects.toThrow(
    'the reading process ended with exit code 1: Error: broken',
  );
});

test('pipes and devices are refused, and folders named, without being opened', async () => {
  const pipe = join(root, 'pipe.xml');
  execFileSync('mkfifo', [pipe]);
  const { problems, counts } = await readFiles(asked([pipe, '/dev/zero', root, put('a.xml', PASSED)]));
  expect(problems).toEqual([
    'pipe.xml is no file but a pipe, a socket or a device, so it was not read.',
    '/dev/zero is no file but a pipe, a socket or a device, so it was not read.',
    `${root} cannot be read: it is a folder; name the files in it.`,
  ]);
  expect(counts).toMatchObject({ total: 1, passed: 1 });
});
