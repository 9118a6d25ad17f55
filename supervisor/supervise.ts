import { appendFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Attempt } from './attempt.ts';
import { runFolder, takeSpec } from './run-folder.ts';
import { isShuttingDown, MACHINE_SHUTS_DOWN } from './shutdown.ts';
import { awaitFolder, SPARE } from './spare.ts';
import { warmUp } from './warm-up.ts';

// One process per attempt: `node supervise.ts <attempt folder>`. The folder's spec.json says what to run; status.json, the log, the samples and
// the socket say how it goes. The process that started this one may die at any time. With `--spare` the folder comes on a descriptor: most of the
// time from a start to the tests' first instruction is Node's, and a spare one has spent it before.

/** EX_USAGE, EX_SOFTWARE and EX_TEMPFAIL of sysexits.h; nobody reads them but a person who looks for a defect. */
const USAGE = 64;
const DEFECT = 70;
const ALREADY_RUN = 75;

const asked = process.argv[2];
if (asked === undefined) {
  console.error('Usage: supervise <attempt folder>, or supervise --spare with the folder on descriptor 3');
  process.exit(USAGE);
}
const folder = asked === SPARE ? await warmUp().then(awaitFolder) : asked;
if (folder === null) process.exit(0); // whoever kept it in reserve has ended
const files = runFolder(resolve(folder));
if (existsSync(files.status)) {
  console.error(`${files.status} is there: this attempt was started before, and tests are never run twice for one attempt.`);
  process.exit(ALREADY_RUN);
}
if (!existsSync(files.spec)) {
  console.error(`${files.spec} is not there: this attempt was given up before it began.`);
  process.exit(ALREADY_RUN);
}

const fail = (error: unknown): never => {
  try {
    appendFileSync(files.supervisorError, `${error instanceof Error ? error.stack : String(error)}\n`);
  } catch {
    // the disk is full: the host will say that the supervisor was lost
  }
  process.exit(DEFECT);
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

process.chdir(files.folder); // the doctor finds a supervisor without a status by the folder that it works in
const attempt = new Attempt(files, takeSpec(files));
// A terminal or a desktop session that ends is no reason to end the tests.
process.on('SIGHUP', () => {});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => attempt.stop('stopped', whyStopped()));

async function whyStopped(): Promise<string> {
  if (await isShuttingDown()) return MACHINE_SHUTS_DOWN;
  return 'The supervisor of the attempt was asked to end (SIGTERM), so it ended the tests.';
}

attempt.run().then(() => process.exit(0), fail);
