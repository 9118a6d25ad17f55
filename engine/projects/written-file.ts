import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { type Problem, refusal } from './problems.ts';
import { parseYaml, YamlError, type YamlFile } from './yaml-file.ts';

/** Far more than anybody writes by hand. Checking for duplicate keys takes time that grows with the square of their number. */
const MAX_BYTES = 64 * 1024;

/** YAML that a person wrote in a project. */
export interface WrittenFile extends YamlFile {
  /** One refusal (`invalid`) for what is wrong in it; each sentence begins with file, line and column, in the order of the file. */
  refusal(problems: readonly Problem[]): Refusal;
}

/** The text of a file that a person wrote in a project. Refuses (`invalid`) what is no file, too large or no UTF-8. */
export async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw unreadable(path, 'is not a file'); // reading a named pipe would wait for ever
    if (stats.size > MAX_BYTES) throw unreadable(path, `has ${stats.size} bytes; at most ${MAX_BYTES} are read`);
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw unreadable(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(path, 'is not UTF-8 text');
  }
}

/** A refusal (`invalid`) of the whole file; `what` goes on from its path. */
export const unreadable = (path: string, what: string): Refusal => refusal([{ field: basename(path), message: `${path} ${what}` }]);

/** Refuses (`invalid`) what is not one sound YAML document. `path` is only named in sentences. */
export function parseWritten(text: string, path: string): WrittenFile {
  const file = parse(text, path);
  return {
    ...file,
    refusal: (problems) =>
      refusal(
        problems
          .map((problem) => ({ problem, ...file.position(problem.path, problem.at) }))
          .sort((a, b) => a.line - b.line || a.column - b.column)
          .map(({ problem, line, column }) => ({ ...problem, message: `${path}:${line}:${column}: ${problem.message}` })),
      ),
  };
}

function parse(text: string, path: string): YamlFile {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const { line, column } = error.position;
    throw refusal([{ field: basename(path), message: `${path}:${line}:${column}: ${error.message}` }]);
  }
}
