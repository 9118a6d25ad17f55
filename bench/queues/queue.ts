/** A queue of jobs as a shell uses it, with a home of its own that nothing else sees. */
export interface JobQueue extends AsyncDisposable {
  name: string;
  version: string;
  /** How `haveFinished` and `haveWaiting` bring jobs in, as a sentence. */
  filled: string;
  /** Its history grows to this many jobs that have ended; answers how many came until the deadline (`performance.now`). */
  haveFinished(count: number, deadline: number): Promise<number>;
  /** This many jobs wait from now on, with a slot left for what comes; answers how many came until the deadline. */
  haveWaiting(count: number, deadline: number): Promise<number>;
  /** The command line that adds a job which writes the time, in ns since 1970, to a file. */
  add(stampFile: string): Command;
  /** The command line that asks how the queue stands. */
  status(): Command;
}

export interface Command {
  program: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/** What a stamping job runs: nothing starts faster than a shell's own words and one program. */
export const stamp = (file: string): string[] => ['sh', '-c', `date +%s%N > '${file}.new' && mv '${file}.new' '${file}'`];
