// Makes a fresh clone ready for a script: node scripts/setup.mjs demo|test|start|build
// Plain JavaScript without packages: it runs on Node 20 and before anything is installed.
import { SetupProblem } from './setup/run.mjs';
import { MODES, setUp } from './setup/set-up.mjs';

const mode = process.argv[2] ?? '';
if (!MODES.includes(mode)) {
  console.error(`"${mode}" is no mode of set-up; it is one of ${MODES.join(', ')}.`);
  process.exit(2);
}
try {
  await setUp(mode);
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  console.error(error.message);
  process.exit(1);
}
