import type { Test } from 'ctrf';
import { titleOf } from '../reports/ctrf.ts';
import { MOCHA_HOOK } from '../reports/mocha-hook.ts';

/** What a failed line of a report may stand for beside a test: all tests of a block, class, module, package or file, as a broken hook does. */
export interface Whole {
  kind: 'block' | 'file' | 'hook';
  /** Its name; of a hook the beginning of the titles of all tests around which it runs. */
  name: string;
}

export function wholeOf(test: Pick<Test, 'name' | 'suite' | 'filePath'>): Whole {
  const title = titleOf(test);
  const hook = MOCHA_HOOK.exec(title);
  if (hook) return { kind: 'hook', name: title.slice(0, hook.index) };
  if (test.name === test.filePath) return { kind: 'file', name: test.name };
  // gotestsum calls a package so that could not be built.
  return { kind: 'block', name: test.name === 'TestMain' ? (test.suite?.at(-1) ?? test.name) : test.name };
}

/** The blocks whose tests ran: once such a block is mended, its tests tell of it, and it has no line of its own. */
export class Blocks {
  readonly #blocks = new Set<string>();
  readonly #files = new Set<string>();
  readonly #beginnings = new Set<string>();

  add(test: Test): void {
    if (test.status !== 'passed' && test.status !== 'failed') return;
    if (test.filePath) this.#files.add(test.filePath);
    // Vitest joins blocks and name so; classes and modules are joined by dots.
    const blocks = [...(test.suite ?? []), ...test.name.split(' > ').slice(0, -1)];
    for (const block of blocks) for (const outer of beginnings(block, /\./g)) this.#blocks.add(outer);
    for (const beginning of beginnings(titleOf(test), / /g)) this.#beginnings.add(beginning);
  }

  has({ kind, name }: Whole): boolean {
    switch (kind) {
      case 'file':
        return this.#files.has(name);
      case 'hook':
        return name === '' ? this.#beginnings.size > 0 : this.#beginnings.has(name);
      case 'block':
        return this.#blocks.has(name);
    }
  }
}

/** `a.b.c`, `a` and `a.b`. */
const beginnings = (text: string, mark: RegExp): string[] => [text, ...[...text.matchAll(mark)].map(({ index }) => text.slice(0, index))];
