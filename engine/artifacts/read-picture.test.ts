import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPicture } from './read-picture.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-picture-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const written = (name: string, content: Buffer | string) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return { file };
};

test('a picture is told by its content, whatever it is called', async () => {
  expect(await readPicture(written('shot.jpg', PNG))).toEqual({ type: 'image/png', base64: PNG.toString('base64') });
  const webp = Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1');
  expect(await readPicture(written('shot.png', webp))).toMatchObject({ type: 'image/webp' });
});

test('what could hold a script, or is no picture at all, is refused', async () => {
  for (const [name, content] of [
    ['a.png', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['b.png', '<html>'],
    ['c.png', ''],
  ] as const)
    await expect(readPicture(written(name, content))).rejects.toThrow(/is no PNG, JPEG, GIF or WebP picture/);
});

test('a picture of more than 8 MiB is refused with its size', async () => {
  const large = written('large.png', PNG);
  truncateSync(large.file, 9 * 1024 * 1024);
  await expect(readPicture(large)).rejects.toThrow(/has 9.0 MiB; at most 8 are shown/);
});

test('links, pipes, folders and what has gone are refused, and nothing waits', async () => {
  const { file } = written('real.png', PNG);
  symlinkSync(file, join(folder, 'link.png'));
  execFileSync('mkfifo', [join(folder, 'pipe.png')]);
  for (const name of ['link.png', 'gone.png', 'pipe.png', '.'])
    await expect(readPicture({ file: join(folder, name) })).rejects.toThrow(/not there any more|is no file/);
});
