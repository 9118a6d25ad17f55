import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Test } from 'ctrf';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { titleOf } from '../reports/ctrf.ts';
import { aSuite } from '../testing/a-suite.ts';
import { findArtifact, readArtifacts } from './artifacts.ts';
import { attachmentsOf } from './attachments.ts';
import { collectArtifacts } from './collect.ts';
import { openCommand, startDetached } from './open-artifact.ts';

let base: string;
let project: string;
let attempt: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'bge2e-artifacts-')));
  project = join(base, 'project');
  attempt = join(base, 'runs', '1');
  mkdirSync(project);
  mkdirSync(attempt, { recursive: true });
});
afterEach(() => rmSync(base, { recursive: true }));

function write(path: string, text = 'x', age = 0): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const seconds = Date.now() / 1000 - age;
  utimesSync(path, seconds, seconds);
  return path;
}

const collect = (artifacts: string[], { tests = [], capMb = 1 }: { tests?: Test[]; capMb?: number } = {}) =>
  collectArtifacts({
    suite: aSuite({ artifacts }),
    projectRoot: project,
    attemptFolder: attempt,
    startedAt: Date.now() - 60_000,
    attached: new Map(tests.flatMap((test) => attachmentsOf(test, project).map((path) => [path, titleOf(test)]))),
    capMb,
  });
const paths = (list: { path: string }[]) => list.map(({ path }) => path);

test('what the project’s patterns name is copied with its folders; what is older than the attempt is another run’s', async () => {
  write(join(project, 'out/shots/a.png'));
  write(join(project, 'out/old.png'), 'old', 3600);
  write(join(project, 'out/film.webm'), 'film');
  const { artifacts, warnings } = await collect(['out/**/*.png', 'out/film.webm', 'nothing/*.txt']);
  expect(artifacts.map(({ path, kind, bytes }) => [path, kind, bytes])).toEqual([
    ['out/film.webm', 'video', 4],
    ['out/shots/a.png', 'screenshot', 1],
  ]);
  expect(warnings).toEqual([`artifacts: nothing/*.txt names nothing in ${project}.`]);
  write(join(project, 'out/film.webm'), 'another run'); // the copy is no link
  expect(readFileSync(artifacts[0]?.file ?? '', 'utf8')).toBe('film');
  expect(await readArtifacts(attempt)).toEqual(artifacts);
});

test('an attachment is kept and belongs to the test that named it, whether copied or written here', async () => {
  const shot = write(join(project, 'test-results/pays/failed.png'));
  const trace = write(join(attempt, 'artifacts/pays/trace.zip'));
  const attachments = [shot, trace].map((path) => ({ name: 'a', contentType: 'b', path }));
  const { artifacts } = await collect([], { tests: [{ name: 'pays', suite: ['cart'], status: 'failed', duration: 1, attachments }] });
  expect(artifacts.map(({ path, kind, test: title }) => [path, kind, title])).toEqual([
    ['pays/trace.zip', 'trace', 'cart › pays'],
    ['test-results/pays/failed.png', 'screenshot', 'cart › pays'],
  ]);
});

test('what became a link out of the attempt’s folder is no artifact any more', async () => {
  const secret = write(join(base, 'secret/key.png'), 'secret');
  const shot = write(join(attempt, 'artifacts/shots/a.png'));
  await collect([]);
  expect(await findArtifact(attempt, 'shots/a.png')).toMatchObject({ file: shot });
  expect(await findArtifact(attempt, '../../secret/key.png')).toBeNull();
  rmSync(shot);
  symlinkSync(secret, shot);
  expect(await findArtifact(attempt, 'shots/a.png')).toBeNull();
  rmSync(join(attempt, 'artifacts'), { recursive: true });
  symlinkSync(dirname(secret), join(attempt, 'artifacts'));
  expect(await findArtifact(attempt, 'shots/a.png')).toBeNull();
  rmSync(join(attempt, 'artifacts.json'));
  expect(await readArtifacts(attempt)).toEqual([]);
  expect(await findArtifact(attempt, 'key.png')).toBeNull();
});

test('nothing from outside of the project is kept: neither by links, nor by patterns, nor as an attachment', async () => {
  const secret = write(join(base, 'secret/key.png'), 'secret');
  mkdirSync(join(project, 'out'));
  symlinkSync(secret, join(project, 'out/link.png'));
  symlinkSync(dirname(secret), join(project, 'out/folder'));
  symlinkSync('.', join(project, 'out/loop'));
  write(join(project, 'out/own.png'));
  const attachments = [{ name: 'a', contentType: 'b', path: secret }];
  const { artifacts, warnings } = await collect(['out/**', '../secret/*', 'out/folder/key.png'], {
    tests: [{ name: 'pays', status: 'passed', duration: 1, attachments }],
  });
  expect(paths(artifacts).filter((path) => !path.endsWith('own.png'))).toEqual([]);
  expect(paths(artifacts)).toContain('out/own.png');
  expect(warnings.join('\n')).toContain(`outside of the project: ${secret}`);
  expect(warnings.join('\n')).toContain('artifacts: ../secret/* leads out of the project.');
});

test('beyond the cap nothing is copied, and what is left out is named', async () => {
  write(join(project, 'a.bin'), 'x'.repeat(700_000));
  write(join(project, 'b.bin'), 'x'.repeat(700_000));
  const { artifacts, warnings } = await collect(['*.bin']);
  expect(paths(artifacts)).toEqual(['a.bin']);
  expect(warnings).toEqual(['Not kept, because an attempt keeps at most 1 MB of artifacts: b.bin.']);
});

test('a page and what belongs to it is one artifact with the size of all', async () => {
  write(join(project, 'coverage/lcov-report/index.html'), '1');
  write(join(project, 'coverage/lcov-report/src/a.html'), '22');
  write(join(project, 'coverage/lcov.info'), '333');
  write(join(project, 'report/index.html'), '4444');
  const { artifacts } = await collect(['coverage', 'report']);
  expect(artifacts.map(({ path, kind, bytes }) => [path, kind, bytes])).toEqual([
    ['coverage/lcov-report/index.html', 'coverage', 3],
    ['coverage/lcov.info', 'coverage', 3],
    ['report/index.html', 'report', 4],
  ]);
});

test('a project that is gone costs a warning and nothing else', async () => {
  rmSync(project, { recursive: true });
  expect((await collect(['*'])).warnings.join()).toMatch(/could not be collected: .*ENOENT/);
});

test('pages and pictures are opened by the desktop; what could be a program is not', () => {
  const open = (file: string, kind: 'report' | 'screenshot' | 'other' | 'coverage') =>
    openCommand({ path: file, file, kind, bytes: 1, test: null }, aSuite(), project);
  expect(open('/runs/a b/index.html', 'report').at(-1)).toBe('file:///runs/a%20b/index.html');
  expect(open('/runs/x.png', 'screenshot').at(-1)).toBe('file:///runs/x.png');
  expect(() => open('/runs/x.desktop', 'other')).toThrow('/runs/x.desktop is neither a trace');
  expect(() => open('/runs/lcov.info', 'coverage')).toThrow('neither a trace');
});

test('a viewer that fails at once is named, and one that runs is not waited for', async () => {
  const node = (script: string, ms?: number) => startDetached([process.execPath, '-e', script], tmpdir(), {}, ms);
  await expect(node('process.exit(3)', 60_000)).rejects.toThrow(
    /^It ended at once with exit code 3\. Run it yourself to see why: .* process\.exit\(3\)$/,
  );
  await node('', 60_000);
  await node('setTimeout(() => {}, 2000)', 1);
  await expect(startDetached(['/no/such/viewer', 'x.zip'], tmpdir(), {})).rejects.toThrow(
    /could not be started .* What it should open is x\.zip$/,
  );
});
