import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppendFile } from './append-file.ts';
import { indexPartPath, startOfLogPart } from './log-parts.ts';
import { LogWriter } from './log-writer.ts';
import { type RunFolder, runFolder } from './run-folder.ts';

const CAP = 1_000_000;

let files: RunFolder;
beforeEach(() => {
  files = runFolder(mkdtempSync(join(tmpdir(), 'bge2e-log-')));
});
afterEach(() => rmSync(files.folder, { recursive: true, force: true }));

test('a full disk loses output, says how much, and harms nothing else', () => {
  symlinkSync('/dev/full', files.log); // takes no byte: ENOSPC
  const log = new LogWriter(files.folder, CAP, () => 0);
  log.write(1, Buffer.from('12345'));
  log.write(2, Buffer.from('678'));
  expect(log.loss).toContain('8 bytes');
  expect(log.loss).toContain('no space left');
  log.close();
});

test('what a full disk has not taken is named in the log when there is room again, and offsets stay right', () => {
  let now = 0;
  const log = new LogWriter(files.folder, CAP, () => now);
  log.write(1, Buffer.from('before'));
  // The open file can't be made full from here, so the writer meets the full disk by its name.
  log.close();
  const whole = readFileSync(files.log);
  unlinkSync(files.log);
  symlinkSync('/dev/full', files.log);
  now = 10;
  log.write(1, Buffer.from('lost'));
  log.close();
  unlinkSync(files.log);
  writeFileSync(files.log, whole);
  now = 20.7;
  log.write(2, Buffer.from('after'));
  log.close();
  const text = readFileSync(files.log, 'utf8');
  expect(text).toMatch(/^before\n\[background-e2e: 4 bytes of output are missing here: .*no space left.*\]\nafter$/);
  const index: number[][] = readFileSync(files.logIndex, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(index).toEqual([
    [0, 0, 1],
    [6, 20, 2], // the note and what follows it
  ]);
});

test('a line that was cut off costs that line alone', () => {
  const path = join(files.folder, 'lines');
  class NearlyFull extends AppendFile {
    room = 12;
    override write(bytes: Uint8Array): number {
      const taken = super.write(bytes.subarray(0, this.room));
      this.room -= taken;
      return taken;
    }
  }
  const file = new NearlyFull(path);
  file.writeLine({ a: 1 });
  file.writeLine({ b: 2 });
  file.room = 100;
  file.writeLine({ c: 3 });
  file.writeLine({ d: 4 });
  file.close();
  expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"b"\n{"c":3}\n{"d":4}\n');
});

const indexOf = (from: number): number[][] =>
  readFileSync(indexPartPath(files.folder, from), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('chunks of one stream that come close together share an entry of the index', () => {
  let now = 0;
  const log = new LogWriter(files.folder, CAP, () => now);
  for (const [stream, at] of [
    [1, 0],
    [1, 50],
    [1, 120],
    [2, 121],
    [1, 122],
  ] as const) {
    now = at;
    log.write(stream, Buffer.from('x'));
  }
  log.close();
  expect(indexOf(0)).toEqual([
    [0, 0, 1],
    [2, 120, 1],
    [3, 121, 2],
    [4, 122, 1],
  ]);
});

test('streams that take turns byte by byte do not make the index bigger than the log may be', () => {
  const log = new LogWriter(files.folder, 8192, () => 0);
  for (let n = 0; n < 20_000; n += 1) log.write(n % 2 === 0 ? 1 : 2, Buffer.from('x'));
  log.close();
  const sizes = readdirSync(files.folder).map((name) => ({ name, size: statSync(join(files.folder, name)).size }));
  const total = (ending: string) => sizes.filter(({ name }) => name.endsWith(ending)).reduce((sum, { size }) => sum + size, 0);
  expect(total('.log')).toBeLessThanOrEqual(8192);
  expect(total('.log')).toBeGreaterThan(6144);
  expect(total('.idx')).toBeLessThan(8192 / 8);
  const parts = sizes.flatMap(({ name }) => startOfLogPart(name) ?? []).sort((a, b) => a - b);
  expect(parts).toEqual([0, 16_384, 17_408, 18_432, 19_456]);
  expect(parts.map((from) => indexOf(from)[0]?.[0])).toEqual(parts); // each index begins where its log does
});
