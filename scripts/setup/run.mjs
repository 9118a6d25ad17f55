import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { childEnv, root } from './paths.mjs';

/** Something that a person has to do first; its message is the whole sentence. */
export class SetupProblem extends Error {}

/** One line about what set-up does, on stderr: stdout is the script's own. */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

/**
 * Runs a command to its end and gives `{ ok, output }`; never throws. It ends after `limitMs`, or after `silenceMs` without
 * a word of it, or when this process is interrupted, together with what it started: SIGTERM, then SIGKILL after `graceMs`.
 */
export function run(command, args, { limitMs, silenceMs = limitMs, graceMs = 3000, env = {} }) {
  const grouped = process.platform !== 'win32';
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: childEnv(env), stdio: ['ignore', 'pipe', 'pipe'], detached: grouped });
    let output = '';
    let reason = '';
    const signal = (name) => {
      try {
        if (grouped && child.pid) process.kill(-child.pid, name);
        else child.kill(name);
      } catch {
        // it ended by itself meanwhile
      }
    };
    let kill;
    const end = (why) => {
      if (reason) return;
      reason = why;
      signal('SIGTERM');
      kill = setTimeout(signal, graceMs, 'SIGKILL');
    };
    const limit = setTimeout(() => end(`it took longer than ${limitMs / 1000} s`), limitMs);
    let silence = setTimeout(() => end(`it said nothing for ${silenceMs / 1000} s`), silenceMs);
    // The child is in a group of its own, where Ctrl-C does not reach it.
    let interrupted = false;
    const interrupt = () => {
      interrupted = true;
      end('it was interrupted');
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    const hear = (chunk) => {
      output = (output + chunk).slice(-20_000);
      clearTimeout(silence);
      silence = setTimeout(() => end(`it said nothing for ${silenceMs / 1000} s`), silenceMs);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const finish = (ok, words) => {
      clearTimeout(limit);
      clearTimeout(silence);
      clearTimeout(kill);
      process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
      if (interrupted) process.exit(130);
      resolve({ ok, output: [output.trim(), reason, words].filter(Boolean).join('\n') });
    };
    child.once('error', (error) => finish(false, error.message));
    child.once('close', (code) => finish(code === 0 && reason === '', ''));
  });
}

/** Where a command lies in PATH, or null. */
export function which(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder && isExecutable(file)) return file;
    }
  }
  return null;
}

/** Whether there is such a file and this user may run it. */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a command printed, without the line's end; null when it failed or took longer than 20 s. */
export function answerOf(command, args, env = {}) {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : null;
}

/** The last lines of a command's output that say something, for a sentence. */
export function lastWords(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('at '));
  return lines.slice(-2).join(' / ') || 'it said nothing';
}
