import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMap, isSeq, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { Refusal } from '../../contract/errors.ts';
import { QuarantineEntry } from '../../contract/insights.ts';
import { isThere } from '../projects/files.ts';
import { describeIssues } from '../projects/problems.ts';
import { parseWritten, readText } from '../projects/written-file.ts';
import { replaceFile } from '../store/replace-file.ts';

const NAME = 'background-e2e.quarantine.yaml';
const HEAD = `# Tests that still run and are shown, but do not make the verdict until their day is over.
# "bge2e quarantine add|remove|list" edits this file; committed, it holds for the whole team.
`;

const File = z.strictObject({ quarantine: z.array(QuarantineEntry).nullish() }).nullable();

export const quarantinePath = (root: string) => join(root, NAME);

/** Entries of a project's file; none where there is no file. Refuses (`invalid`) one that it cannot understand, with file, line and field. */
export async function readQuarantine(root: string): Promise<QuarantineEntry[]> {
  const path = quarantinePath(root);
  return (await isThere(path)) ? parseQuarantine(await readText(path), path) : [];
}

/** `path` is only named in sentences. */
export function parseQuarantine(text: string, path: string): QuarantineEntry[] {
  const file = parseWritten(text, path);
  const parsed = File.safeParse(file.value ?? null);
  if (parsed.success) return parsed.data?.quarantine ?? [];
  const knownKeys = (at: readonly PropertyKey[]) => (at.length === 0 ? ['quarantine'] : Object.keys(QuarantineEntry.shape));
  const problems = describeIssues(parsed.error.issues, file.value, { whole: basename(path), knownKeys, keyText: file.keyText });
  throw file.refusal(problems);
}

/** Writes a changed text in the place of a project's file, or a first one. A link to a file goes on leading to it. */
export async function writeQuarantine(root: string, change: (text: string) => string): Promise<void> {
  const path = quarantinePath(root);
  const text = (await isThere(path)) ? await readText(path) : HEAD;
  const changed = change(text);
  parseQuarantine(changed, path); // never a file that could not be read again
  await replaceFile(await realpath(path).catch(() => path), changed).catch((error: Error) => {
    throw new Refusal('invalid', `${path} cannot be written: ${error.message}`, [{ field: 'project', message: 'cannot be written to' }]);
  });
}

/** The text with this entry put at its end, or in the place of the one at `index`. What people wrote around it stays. */
export function withEntry(text: string, entry: QuarantineEntry, index: number | null): string {
  const document = parseDocument<Node>(text, { schema: 'core' });
  const written = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null && value !== undefined));
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (!isSeq(document.get('quarantine'))) document.set('quarantine', document.createNode([]));
  if (index === null) document.addIn(['quarantine'], document.createNode(written));
  else document.setIn(['quarantine', index], document.createNode(written));
  return document.toString({ lineWidth: 0 });
}

/** The text without the entries at these places. */
export function withoutEntries(text: string, indexes: readonly number[]): string {
  const document = parseDocument<Node>(text, { schema: 'core' });
  for (const index of indexes.toSorted((a, b) => b - a)) document.deleteIn(['quarantine', index]);
  return document.toString({ lineWidth: 0 });
}
