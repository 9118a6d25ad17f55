import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Environment = z.record(z.string(), z.string());

/** The submitters' environments of schedules: a file each that nobody else can read, beside and not in the database. */
export class ScheduleEnvironments {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps nothing where none was given: then each run has the login shell's. */
  async keep(schedule: string, environment: Record<string, string> | undefined): Promise<void> {
    if (environment) await writeFile(this.#path(schedule), JSON.stringify(environment), { mode: 0o600 });
  }

  async read(schedule: string): Promise<Record<string, string> | undefined> {
    const text = await readFile(this.#path(schedule), 'utf8').catch(() => null);
    return text === null ? undefined : Environment.parse(JSON.parse(text));
  }

  async remove(schedule: string): Promise<void> {
    await rm(this.#path(schedule), { force: true });
  }

  #path(schedule: string): string {
    return join(this.#folder, `${schedule}.json`);
  }
}
