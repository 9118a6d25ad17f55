import { parseArgs } from 'node:util';
import type { DoctorReport } from '../contract/doctor.ts';
import { Refusal } from '../contract/errors.ts';
import { Settings } from '../contract/settings.ts';
import { openHome } from '../engine/home.ts';
import { readSettings } from '../engine/settings-file.ts';
import { endLeftovers } from './doctor/end-leftovers.ts';
import { examine } from './doctor/examine.ts';

// A process of its own, for commands that must work without a host: `node doctor.js --home DIR [--end [--cancel]]`. Prints a `DoctorReport` as
// JSON, or a sentence on stderr.

const { values } = parseArgs({
  options: { home: { type: 'string' }, end: { type: 'boolean', default: false }, cancel: { type: 'boolean', default: false } },
});
if (!values.home) {
  console.error('The doctor needs --home DIR, the folder to look at.');
  process.exit(2);
}

try {
  const paths = openHome(values.home);
  const found = await examine(paths);
  const done = values.end
    ? await endLeftovers(paths, found, { graceMs: graceOf(paths.settings) * 1000, cancel: values.cancel })
    : { ended: [], survivors: [], removed: [] };
  const { facts, findings } = found;
  const report: DoctorReport = { schema: 1, home: paths.home, ok: findings.length === 0, facts, findings, ...done };
  process.stdout.write(`${JSON.stringify(report)}\n`);
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error instanceof Error ? error.stack : String(error));
  process.exitCode = 1;
}

function graceOf(path: string): number {
  try {
    return readSettings(path).graceSeconds;
  } catch {
    return Settings.parse({}).graceSeconds; // the finding says what is wrong there
  }
}
