import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Artifact, PictureType } from '../../contract/artifact.ts';
import { Refusal } from '../../contract/errors.ts';

const MIB = 1024 * 1024;
const MOST_MIB = 8;

/** What the first bytes of a file say; at offset 8 for WebP, which lies in a RIFF container. */
const SIGNATURES: readonly [type: PictureType, bytes: string, at: number][] = [
  ['image/png', '\x89PNG\r\n\x1a\n', 0],
  ['image/jpeg', '\xff\xd8\xff', 0],
  ['image/gif', 'GIF8', 0],
  ['image/webp', 'WEBP', 8],
];

/**
 * A picture that a run left, told by its content, not by its name. Refuses (`invalid`) what is none and what is too large to be sent, (`not_found`)
 * what is not there any more.
 */
export async function readPicture({ file }: Pick<Artifact, 'file'>): Promise<{ type: PictureType; base64: string }> {
  // Not through a link, and without waiting at a pipe that lies there instead.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch(() => null);
  if (handle === null) throw new Refusal('not_found', `${file} is not there any more, or cannot be read.`);
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw new Refusal('invalid', `${file} is no file.`);
    if (info.size > MOST_MIB * MIB)
      throw new Refusal('invalid', `${file} has ${(info.size / MIB).toFixed(1)} MiB; at most ${MOST_MIB} are shown here. Open it instead.`);
    const content = Buffer.alloc(info.size);
    const { bytesRead } = await handle.read(content, 0, info.size, 0);
    const read = content.subarray(0, bytesRead);
    const found = SIGNATURES.find(([, bytes, at]) => read.subarray(at, at + bytes.length).toString('latin1') === bytes);
    if (!found) throw new Refusal('invalid', `${file} is no PNG, JPEG, GIF or WebP picture.`);
    return { type: found[0], base64: read.toString('base64') };
  } finally {
    await handle.close();
  }
}
