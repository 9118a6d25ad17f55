import { resolve } from 'node:path';
import type { Test } from 'ctrf';

/** Paths of the files that a test, or a try of it, attached. */
export function attachmentsOf({ attachments = [], retryAttempts = [] }: Test, projectRoot: string): string[] {
  if (attachments.length === 0 && retryAttempts.length === 0) return [];
  const all = [...attachments, ...retryAttempts.flatMap((attempt) => attempt.attachments ?? [])];
  return all.flatMap(({ path }) => (path && !/^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? [resolve(projectRoot, path)] : []));
}
