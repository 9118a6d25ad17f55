import { mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppendFile } from './append-file.ts';
import { LogWriter } from './log-writer.ts';
import { type RunFolder, runFolder } from './run-folder.ts';

let files: RunFolder;
beforeEach(() => {
  files = runFolder(mkdtempSync(join(tmpdir(), 'bge2e-log-')));
});
afterEach(() => rmSync(files.folder, { recursive: true, force: true }));

test('a full disk loses output, says how much, and harms nothing else', () => {
  symlinkSync('/dev/full', files.log); // takes no byte: ENOSPC
  const log = new LogWriter(files, () => 0);
  log.write(1, Buffer.from('12345'));
  log.write(2, Buffer.from('678'));
  expect(log.loss).toContain('8 bytes');
  expect(log.loss).toContain('no space left');
  log.close();
});

test('what a full disk has not taken is named in the log when there is room again, and offsets stay right', () => {
  let now = 0;
  const log = new LogWriter(files, () => now);
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
    [6, 20, 2],
    [text.length - 5, 20, 2],
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
