/** What names a test, in the shape of CTRF or of the contract. */
export interface NamedTest {
  name: string;
  /** Outer first. */
  suite?: string[] | undefined;
  filePath?: string | null | undefined;
}

/** A test as lists and notifications name it: describe blocks and its own name, without project and file. */
export function titleOf({ suite = [], name, filePath }: NamedTest): string {
  const file = filePath == null ? -1 : suite.findIndex((part) => part !== '' && (filePath === part || filePath.endsWith(`/${part}`)));
  // Where no file is in it, the outer suites are a tool's or a package's: the innermost says what it is about.
  const blocks = file === -1 ? suite.slice(-1) : suite.slice(file + 1);
  const innermost = blocks.at(-1);
  // Many writers of JUnit XML put the suite's name before the test's.
  return [...(innermost !== undefined && name.startsWith(innermost) ? blocks.slice(0, -1) : blocks), name].join(' › ');
}
