// What `npm run test:soak` runs: the crash test with 1,000 kills, or as many as BGE2E_CRASH_KILLS says. A failure names its seed;
// BGE2E_CRASH_SEED repeats that run's choices.
import { exitCodeOf, packageFile } from './test/spawn.mjs';

process.env.BGE2E_CRASH_KILLS ??= '1000';
process.exitCode = await exitCodeOf(process.execPath, [packageFile('vitest/vitest.mjs'), 'run', 'e2e/crash/random-kills.test.ts']);
