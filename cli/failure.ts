import { assertNever, Refusal, type RefusalKind } from '../contract/errors.ts';
import { EXIT } from '../contract/status.ts';

/** The exit code that a refusal stands for. A defect of the host is no failed test, so it has the code of a host that is no use. */
export function exitCodeOf(kind: RefusalKind): number {
  switch (kind) {
    case 'invalid':
      return EXIT.usage;
    case 'not_found':
      return EXIT.noSuchTask;
    case 'moved':
    case 'unauthorized':
    case 'incompatible':
    case 'no_host':
    case 'no_answer':
    case 'internal':
      return EXIT.noHost;
    default:
      return assertNever(kind);
  }
}

/** Wrong usage, as a sentence. */
export const usage = (message: string) => new Refusal('invalid', message);

/** Says on stderr what went wrong, as a sentence or as `{"error": …}`, and gives the exit code. */
export function report(error: unknown, json: boolean): number {
  const { kind, message, issues } =
    error instanceof Refusal
      ? error
      : new Refusal('internal', `This is a defect of bge2e: ${error instanceof Error ? error.stack : error}`);
  process.stderr.write(json ? `${JSON.stringify({ error: { kind, message, issues } })}\n` : `${message}\n`);
  return exitCodeOf(kind);
}
