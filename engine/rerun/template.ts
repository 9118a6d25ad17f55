import { RERUN_PLACEHOLDER } from '../../contract/config.ts';
import { type FailedTest, unique } from './failed-tests.ts';

/**
 * An argv list of `rerun_failed` with its placeholders replaced. `{files}`, `{names}` and `{ids}` repeat the argument in which they stand,
 * once for each value; `{files:,}` joins the values by what follows the colon. Null where a value that is asked for is not known.
 */
export function expanded(template: readonly string[], failed: readonly FailedTest[]): string[] | null {
  const values = {
    files: unique(failed.flatMap(({ file }) => file ?? [])),
    names: unique(failed.map(({ name }) => name)),
    ids: unique(failed.map(idOf)),
  };
  const argv: string[] = [];
  for (const word of template) {
    const [whole, kind, separator] = RERUN_PLACEHOLDER.exec(word) ?? [];
    if (whole === undefined) {
      argv.push(word);
      continue;
    }
    const list = kind === 'files' ? values.files : kind === 'names' ? values.names : values.ids;
    if (list.length === 0 || (kind === 'files' && failed.some(({ file }) => file === null))) return null;
    const filled = separator === undefined ? list : [list.join(separator)];
    argv.push(...filled.map((value) => word.replace(whole, () => value)));
  }
  return argv;
}

/** `cart.spec.ts::cart::adds up`: file, blocks and name, each once. */
const idOf = ({ file, suite, name }: FailedTest) =>
  unique([...(file === null ? [] : [file]), ...suite, name].filter((part) => part !== '')).join('::');
