import { readdirSync, readFileSync } from 'node:fs';
import type { Identity } from '../../contract/attempt.ts';
import { identityOf, isAlive } from '../../supervisor/identity.ts';

const LOOK_EVERY_MS = 200;

interface Seen {
  identity: Identity;
  command: string;
}

/**
 * Remembers every process that a test starts, directly or not: descendants of what it was told of, and whatever carries its mark (a
 * path that only this test uses) in its command line or environment. Each is known by pid and start time, so that none of another's
 * is ever ended.
 */
export class Processes {
  readonly #mark: string;
  readonly #seen = new Map<number, Seen>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(mark: string) {
    this.#mark = mark;
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Looks now; happens by itself five times a second. */
  look(): void {
    const parents = new Map<number, number>();
    const commands = new Map<number, string>();
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      const stat = read(`/proc/${pid}/stat`);
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      commands.set(pid, read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim());
    }
    const isOurs = (pid: number): boolean => {
      if (this.#knows(pid)) return true;
      const command = commands.get(pid) ?? '';
      if (command.includes(this.#mark) || read(`/proc/${pid}/environ`).includes(this.#mark)) return true;
      const parent = parents.get(pid);
      return parent !== undefined && parent > 1 && parents.has(parent) && isOurs(parent);
    };
    for (const [pid, command] of commands) {
      if (!this.#knows(pid) && isOurs(pid)) this.#seen.set(pid, { identity: identityOf(pid), command });
    }
  }

  /** Command lines of those that are alive and whose command line has this in it. */
  alive(having = ''): string[] {
    this.look();
    return [...this.#seen.values()]
      .filter(({ identity, command }) => command.includes(having) && isAlive(identity) === 'alive')
      .map(({ identity, command }) => `${identity.pid} ${command}`);
  }

  /** Stops looking, ends what is left, and answers what it was. */
  end(): string[] {
    clearInterval(this.#timer);
    const left = this.alive();
    for (const { identity } of this.#seen.values()) {
      if (isAlive(identity) === 'alive') process.kill(identity.pid, 'SIGKILL');
    }
    return left;
  }

  #knows(pid: number): boolean {
    const seen = this.#seen.get(pid);
    return seen !== undefined && isAlive(seen.identity) === 'alive';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended, or is another user's
  }
}
