import { exitCodeOf, packageFile } from './spawn.mjs';

const CHECKS = [
  { name: 'lint and format (biome)', file: '@biomejs/biome/bin/biome', args: ['check', '.'] },
  { name: 'types (tsc)', file: 'typescript/bin/tsc', args: [] },
  { name: 'directions of imports', file: '../scripts/test/imports.mjs', args: [] },
  { name: 'unused files, exports and packages (knip)', file: 'knip/bin/knip.js', args: ['--no-config-hints'] },
];

/** Lint, types, import directions and unused code; each counts as one test. */
export async function staticChecks() {
  const outcomes = [];
  for (const { name, file, args } of CHECKS) {
    const started = performance.now();
    const ok = (await exitCodeOf(process.execPath, [packageFile(file), ...args])) === 0;
    console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    outcomes.push(ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, notes: [`FAILED: ${name}`] });
  }
  return outcomes;
}
