// Builds what runs from bundles: node scripts/build.mjs [programs] [app]
//   programs  dist/: the commands and the agent (Node 20), the host and the supervisor (Node 24)
//   app       out/:  Electron's main, preload and renderer, for the Electron that will run
import { buildApp } from './build/app.mjs';
import { buildPrograms } from './build/programs.mjs';
import { fingerprint, noteBuilt } from './setup/bundles.mjs';

const BUILDERS = { programs: buildPrograms, app: buildApp };

const parts = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BUILDERS);
for (const part of parts) {
  const build = BUILDERS[part];
  if (!build) {
    console.error(`"${part}" is no part of the build; it is one of ${Object.keys(BUILDERS).join(', ')}.`);
    process.exit(2);
  }
  const sources = fingerprint(part);
  const started = performance.now();
  try {
    await build();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  noteBuilt(part, sources);
  console.log(`${part} built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
