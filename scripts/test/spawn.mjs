import { spawn } from 'node:child_process';
import { childEnv, root } from '../setup/paths.mjs';

/** Runs a command with this terminal as its output and gives its exit code; a signal or a missing command is 1. */
export function exitCodeOf(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: childEnv(env), stdio: 'inherit' });
    // Ctrl-C reaches the child from the terminal; this process waits and then prints what it knows.
    const wait = () => {};
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', wait).on('SIGTERM', pass);
    const finish = (code) => {
      process.removeListener('SIGINT', wait).removeListener('SIGTERM', pass);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      finish(1);
    });
    child.once('exit', (code) => finish(code ?? 1));
  });
}

/** The path of a file in an installed package. */
export function packageFile(path) {
  return `${root}/node_modules/${path}`;
}
