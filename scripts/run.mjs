// Runs scripts/<name>.mjs on Node 24 with all that it needs: node scripts/run.mjs demo|test|start|build [arguments]
// npm's pre-scripts have set everything up already; this looks again because a user's `ignore-scripts` leaves them out.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { childEnv, root } from './setup/paths.mjs';
import { SetupProblem } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';

const [name, ...args] = process.argv.slice(2);
const script = join(root, 'scripts', `${name}.mjs`);
const ready = await setUp(name).catch((error) => {
  if (!(error instanceof SetupProblem)) throw error;
  console.error(error.message);
  process.exit(1);
});
const env = childEnv(ready.env);

if (Number(process.versions.node.split('.')[0]) >= 24) {
  Object.assign(process.env, env);
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
} else {
  const child = spawn(ready.node, [script, ...args], { stdio: 'inherit', env });
  // Ctrl-C reaches the child from the terminal too; this one only waits for what it makes of it.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
