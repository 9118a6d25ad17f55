/** Why a request was refused; the CLI turns each kind into its exit code. */
export type RefusalKind =
  | 'invalid' // a field was wrong: nothing was changed
  | 'not_found' // no such task, attempt or file
  | 'moved' // this host is handing its queue over; ask again
  | 'unauthorized' // the token was wrong
  | 'incompatible' // the other side speaks another version
  | 'no_host' // nothing listens, or the connection broke
  | 'no_answer' // a host listens but did not answer within the deadline
  | 'internal'; // a defect of ours

/** One wrong field: its name as people write it (snake_case) and what is wrong with it. */
export interface FieldIssue {
  field: string;
  message: string;
}

/** What travels in the `data` of a JSON-RPC error. */
export interface RefusalData {
  kind: RefusalKind;
  issues: FieldIssue[];
}

/** JSON-RPC leaves -32000 to -32099 to applications (https://www.jsonrpc.org/specification#error_object). */
export const REFUSAL_CODE = -32001;

/** A request that was turned down. `message` is a sentence for a person; nothing was changed. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly issues: FieldIssue[];

  constructor(kind: RefusalKind, message: string, issues: FieldIssue[] = []) {
    super(message);
    this.name = 'Refusal';
    this.kind = kind;
    this.issues = issues;
  }
}

/** Marks a switch as exhaustive: adding a variant makes the compiler point here. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
