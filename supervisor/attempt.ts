import { existsSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptCause, AttemptEnd, AttemptSpec, AttemptStatus } from '../contract/attempt.ts';
import { AppendFile } from './append-file.ts';
import { identityOf } from './identity.ts';
import { type LimitPlan, NO_LIMITS, planLimits, thisMachine } from './limits/ladder.ts';
import { type LogStream, LogWriter } from './log-writer.ts';
import { hostPidOf, type KnownProcess, type RunFolder, releaseSpace, reserveSpace, writeStatus } from './run-folder.ts';
import { startSampler } from './sampler.ts';
import { MACHINE_SHUTS_DOWN } from './shutdown.ts';
import { type ProcessExit, type StartedTests, spawnTests } from './spawn-tests.ts';
import { StatusServer } from './status-server.ts';
import { sentenceOfFailures, sentenceOfTimeout, spanText } from './stop-sentences.ts';
import { endTree } from './terminate.ts';
import { TrackedTree } from './tracked-tree.ts';
import { type Overrun, Watchdog } from './watchdog.ts';

/** After the tests' end, output that is still in the pipes is read for this long, because a daemon may hold them for ever. */
const DRAIN_MS = 2000;
/** What the tests left behind has had its time; the result should not wait for it as long as for a cancelled suite. */
const LEFTOVER_GRACE_MS = 2000;
const REAP_MS = 1000;
const GOODBYE_MS = 1000;
/** A full disk is waited for this long, because only this process knows how the attempt ended. */
const FULL_DISK_MS = 600_000;

interface Stop {
  cause: Extract<AttemptCause, Overrun | 'memory_limit' | 'fail_fast' | 'cancelled' | 'stopped'>;
  message: string | null | Promise<string>;
}

/** One attempt, from its start to its last status. */
export class Attempt {
  readonly #files: RunFolder;
  readonly #spec: AttemptSpec;
  readonly #stopped = Promise.withResolvers<Stop>();
  readonly #server: StatusServer;
  #begun = performance.now();
  #status: AttemptStatus;

  constructor(files: RunFolder, spec: AttemptSpec) {
    this.#files = files;
    this.#spec = spec;
    this.#status = {
      schema: 1,
      taskId: spec.taskId,
      attempt: spec.attempt,
      phase: 'starting',
      supervisor: identityOf(process.pid),
      tests: null,
      startedAt: Date.now(),
      endedAt: null,
      durationMs: null,
      end: null,
      limits: [],
      stoppedMs: 0,
    };
    this.#server = new StatusServer(spec.socket, this.#status, (request) => {
      if (request.type === 'fail_fast') this.stop('fail_fast', sentenceOfFailures(request.failures));
      else if (request.because === 'shutdown') this.stop('stopped', MACHINE_SHUTS_DOWN);
      else this.stop('cancelled', null);
    });
  }

  /** Asks for the end of the tests. The first reason counts. */
  stop(cause: Stop['cause'], message: Stop['message']): void {
    this.#stopped.resolve({ cause, message });
  }

  /** Runs the tests; resolves when the last status is on the disk and told. Does nothing where the attempt was given up meanwhile. */
  async run(): Promise<void> {
    await this.#write();
    // Whoever waited for this status in vain has given the attempt up, and looks for it once more after that: one of the two sees the other.
    if (!existsSync(this.#files.takenSpec)) return this.#server.close(GOODBYE_MS);
    this.#server.listen();
    this.#begun = performance.now();
    const limits = planLimits(this.#spec.limits ?? NO_LIMITS, thisMachine(this.#spec.env));
    const stopped = await Promise.race([this.#stopped.promise, null]);
    const started = stopped ?? (await spawnTests(this.#spec, limits.wrapper));
    const now = { at: Date.now(), ranMs: this.#elapsed() };
    if ('cause' in started) await this.#end(noEnd(started.cause, await started.message), now);
    else if ('failure' in started) await this.#end(noEnd('spawn_failed', started.failure), now);
    else await this.#supervise(started, limits);
    await this.#server.close(GOODBYE_MS);
  }

  async #supervise(tests: StartedTests, limits: LimitPlan): Promise<void> {
    const log = new LogWriter(this.#files.folder, this.#spec.logCapBytes, () => this.#elapsed());
    let printed = 0;
    const keep = (stream: LogStream) => (chunk: Buffer) => {
      printed += chunk.length;
      log.write(stream, chunk);
    };
    const drained = Promise.all([copy(tests.stdout, keep(1)), copy(tests.stderr, keep(2))]);
    const leader = identityOf(tests.pid);
    const watchdog = this.#watchOver(() => printed);
    reserveSpace(this.#files); // after the start, because the tests should not wait for it; what is said to run has it
    // Not waited for: on a full disk the tests are watched over all the same. What keeps it from being written is said at the end.
    this.#change({ phase: 'running', tests: leader, limits: limits.records }).catch(() => {});

    const processes = new AppendFile(this.#files.processes);
    const samples = new AppendFile(this.#files.samples);
    const tree = new TrackedTree({
      cookie: this.#spec.cookie,
      leader,
      fromTheStart: true,
      outputs: tests.outputs,
      host: () => hostPidOf(this.#files.folder),
      onNew: ({ pid, startTicks, name }) => processes.writeLine({ pid, startTicks, name } satisfies KnownProcess),
    });
    const hold = limits.hold({ pid: tests.pid, tree, exceeded: (sentence) => this.stop('memory_limit', sentence) });
    const stopSampler = startSampler({ tree, samples, memoryLimitBytes: limits.memoryLimitBytes, onMemory: hold.onMemory });

    const now = (exit: ProcessExit | null) => ({ exit, at: Date.now(), ranMs: watchdog.ranMs });
    const exited = tests.exit.then(now);
    const stop = await Promise.race([exited.then(() => null), this.#stopped.promise]);
    const stoppedMs = hold.release(); // what is stopped could not end
    // Test runners write their reports at SIGINT, as at Ctrl-C, more often than at SIGTERM.
    let left = stop && (await endTree(tree, this.#spec.graceMs, { first: stop.cause === 'fail_fast' ? 'SIGINT' : 'SIGTERM' }));
    const last = await Promise.race([exited, delay(REAP_MS, null).then(now)]);
    watchdog.stop();
    await Promise.race([drained, delay(DRAIN_MS)]);
    stopSampler();
    left ??= await endTree(tree, Math.min(this.#spec.graceMs, LEFTOVER_GRACE_MS));

    log.close();
    processes.close();
    samples.close();
    const exit = last.exit ?? { exitCode: null, signal: null };
    const reason = stop ? await stop.message : sentenceOfSignal(exit);
    const message = [reason, log.loss].filter((sentence) => sentence !== null).join(' ') || null;
    await this.#end({ cause: stop?.cause ?? 'exited', ...exit, message, ...left }, last, stoppedMs);
  }

  /** Output is what the tests print, and what their runner writes into its live channel. */
  #watchOver(printed: () => number): Watchdog {
    const { timeoutMs, noOutputMs = null, activityFile = null } = this.#spec;
    let before = 0;
    const heard = () => {
      const size = printed() + sizeOf(activityFile);
      const grew = size !== before;
      before = size;
      return grew;
    };
    return new Watchdog({ timeoutMs, noOutputMs }, heard, (overrun) =>
      this.stop(
        overrun,
        overrun === 'timeout' ? sentenceOfTimeout(timeoutMs) : `No output for ${spanText(noOutputMs ?? 0)}, so the tests were ended.`,
      ),
    );
  }

  async #end(end: AttemptEnd, { at, ranMs }: { at: number; ranMs: number }, stoppedMs = 0): Promise<void> {
    await this.#change({
      phase: 'ended',
      endedAt: Math.max(this.#status.startedAt, at), // the clock may have been set back
      durationMs: Math.round(ranMs),
      end,
      stoppedMs,
    });
    releaseSpace(this.#files);
  }

  async #change(change: Partial<AttemptStatus>): Promise<void> {
    this.#status = { ...this.#status, ...change };
    await this.#write();
    this.#server.tell(this.#status);
  }

  // The state comes before everything else on a full disk: it gets the reserve, and then as much time as a person may need to make room. Whoever
  // asks meanwhile hears that this process lives. Where somebody has removed the folder, those who listen are told, and nobody else can be.
  async #write(): Promise<void> {
    const deadline = performance.now() + FULL_DISK_MS;
    for (let tries = 1; ; tries++) {
      try {
        writeStatus(this.#files, this.#status);
        return;
      } catch (error) {
        if (!existsSync(this.#files.folder)) return;
        releaseSpace(this.#files);
        this.#server.listen();
        if (performance.now() > deadline) throw error;
      }
      if (tries > 1) await delay(1000); // at first at once, or somebody else has the reserve by then
    }
  }

  #elapsed(): number {
    return performance.now() - this.#begun;
  }
}

const noEnd = (cause: AttemptCause, message: string | null): AttemptEnd => ({
  cause,
  exitCode: null,
  signal: null,
  message,
  survivors: [],
  notChecked: [],
});

function copy(stream: StartedTests['stdout'], write: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      write(chunk);
      free(chunk);
    });
    stream.once('close', resolve);
    stream.on('error', () => {});
  });
}

/** Gives a chunk's memory back at once: the garbage collector lets 64 MiB of it pile up before it looks. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

function sizeOf(path: string | null): number {
  try {
    return path === null ? 0 : statSync(path).size;
  } catch {
    return 0; // not there yet, or out of reach: the tests may do what they like with it
  }
}

function sentenceOfSignal({ signal }: ProcessExit): string | null {
  if (signal === null) return null;
  const hint = signal === 'SIGKILL' ? ' The kernel does that where memory runs out.' : '';
  return `The tests were ended by ${signal}, which did not come from here.${hint}`;
}
