import { existsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LOCK_TAKEN_EXIT_CODE } from '../client/start-host.ts';
import { VERSION } from '../client/version.ts';
import { Refusal } from '../contract/errors.ts';
import { isDiskFull } from '../engine/store/when-room.ts';
import { isShuttingDown } from '../supervisor/shutdown.ts';
import { startHost } from './host.ts';
import { LockTaken } from './lock.ts';
import { outliveLostOutput } from './lost-output.ts';

// The headless host's process: `node host.js --home DIR`. It says `ready` on descriptor 3 if its starter has opened one.

const here = dirname(fileURLToPath(import.meta.url));
const bundled = existsSync(join(here, 'supervisor.js'));
const root = join(here, '..');

/** Tells whoever started this process; it may not have asked. */
function tell(text: string): void {
  try {
    writeSync(3, `${text}\n`);
  } catch {
    // nobody listens
  }
}

outliveLostOutput();
const { values } = parseArgs({ options: { home: { type: 'string' } } });
if (!values.home) {
  console.error('The host needs --home DIR, the folder that holds its state.');
  process.exit(2);
}

try {
  const host = await startHost({
    home: values.home,
    mode: 'headless',
    version: VERSION,
    nodePath: process.execPath,
    supervisorEntry: bundled ? join(here, 'supervisor.js') : join(root, 'supervisor', 'supervise.ts'),
    reportReaderEntry: bundled ? join(here, 'report-reader.js') : join(root, 'engine', 'reports', 'report-reader.ts'),
    reporterPath: bundled ? join(here, 'playwright-reporter.cjs') : join(root, 'engine', 'runners', 'playwright-reporter.cjs'),
    rendererFolder: existsSync(join(root, 'out', 'renderer', 'index.html')) ? join(root, 'out', 'renderer') : null,
    onClosed: () => process.exit(0),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, async () => host.close({ tasks: (await isShuttingDown()) ? 'shutdown' : 'keep' }));
  process.on('SIGHUP', () => {}); // the terminal that started it was closed: no reason to end
  tell('ready');
} catch (error) {
  const taken = error instanceof LockTaken;
  const full = isDiskFull(error) ? `There is no room on the disk of ${values.home}. Make some, then try again.` : null;
  const sentence = full ?? (error instanceof Refusal || taken ? error.message : String(error instanceof Error ? error.stack : error));
  console.error(sentence);
  tell(sentence);
  process.exit(taken ? LOCK_TAKEN_EXIT_CODE : 1);
}
