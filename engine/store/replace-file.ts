import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that readers see the old or the new text and never a part, also after a power cut: fsync, then rename (rename(2)). A long
 * text may come in pieces, so that it is never in memory as a whole.
 */
export async function replaceFile(path: string, text: string | Iterable<string>, mode = 0o644): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}
