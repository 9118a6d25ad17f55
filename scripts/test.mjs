// What `npm test` runs: node scripts/test.mjs [static|unit|web|desktop …] [arguments of that group's runner]
// The last line, alone, sums up: "N passed, N failed" or "N passed, N failed, N skipped".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outdatedParts } from './setup/bundles.mjs';
import { desktopTests } from './test/desktop.mjs';
import { closingLine, sum } from './test/outcome.mjs';
import { staticChecks } from './test/static.mjs';
import { unitTests } from './test/unit.mjs';
import { webTests } from './test/web.mjs';

const GROUPS = { static: staticChecks, unit: unitTests, web: webTests, desktop: desktopTests };

const args = process.argv.slice(2);
const firstOther = args.findIndex((arg) => !(arg in GROUPS));
const chosen = firstOther === -1 ? args : args.slice(0, firstOther);
const rest = firstOther === -1 ? [] : args.slice(firstOther).filter((arg, index) => index > 0 || arg !== '--');
if (rest.length > 0 && chosen.length !== 1) {
  console.error(`"${rest[0]}" is no group of tests (${Object.keys(GROUPS).join(', ')}); arguments for a runner follow exactly one group.`);
  process.exit(2);
}

// Set in the terminals of some editors, or by a deployment's shell: tests must not see them.
for (const name of ['ELECTRON_RUN_AS_NODE', 'NODE_ENV', 'NODE_OPTIONS']) delete process.env[name];

const folder = mkdtempSync(join(tmpdir(), 'bge2e-test-'));
const outcomes = [];
if (outdatedParts().length > 0) {
  const note = `FAILED: the ${outdatedParts().join(' and the ')} could not be built, so tests meet an older one or none; "npm run build" says why.`;
  outcomes.push({ passed: 0, failed: 1, skipped: 0, notes: [note] });
}
try {
  for (const name of chosen.length > 0 ? chosen : Object.keys(GROUPS)) {
    console.log(`\n== ${name} ==`);
    outcomes.push(...(await GROUPS[name]({ args: rest, report: join(folder, `${name}.json`) })));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const notes = outcomes.flatMap((outcome) => outcome.notes ?? []);
if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
const total = sum(outcomes);
console.log(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
