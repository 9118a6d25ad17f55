import { existsSync, type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { AttemptStatus, type Identity, Sample, SupervisorMessage, type SupervisorRequest } from '../contract/attempt.ts';
import { parsedJson } from '../contract/json.ts';
import type { Progress } from '../contract/result.ts';
import { isAlive } from '../supervisor/identity.ts';
import { send } from '../supervisor/send-signal.ts';
import { answersAt, Insistence, type Patience } from './insistence.ts';
import { lastLine, logSize, logTail, readLogPiece } from './log-file.ts';
import { NdjsonTail } from './ndjson-tail.ts';
import { OutputProgress } from './runners/progress/output-progress.ts';

/** Streams go out at most this often, in ms. */
const STREAM_INTERVAL_MS = 250;
const RECONNECT_MS = 200;
/** How long a supervisor may need for its first status where its process is not known, and how often that is looked at. */
const FIRST_STATUS_MS = 5000;
const FIRST_STATUS_LOOK_MS = 250;
const TAIL_BYTES = 2048;
/** Bytes of output that are read at once, and how far the reading may fall behind. */
const OUTPUT_BYTES = 128 * 1024;
const MOST_BEHIND = 8 * 1024 * 1024;

/** What a followed attempt tells. */
export interface AttemptListener {
  /** Its status at first sight and at each change of phase. */
  status(status: AttemptStatus): void;
  /** The supervisor is dead, or hangs, and did not record an end; what it had written last. */
  supervisorLost(status: AttemptStatus | null, loss: Loss): void;
  progress(progress: Progress, lastLine: string | null): void;
  sample(sample: Sample): void;
  /** Bytes in its log. */
  log(size: number): void;
}

/** What was owed by a supervisor that is lost. */
export interface Loss {
  /** It is not dead: it hangs, and was given up. Null where nobody knows which process it is. */
  hangs: { supervisor: Identity | null } | null;
  /** What it was asked for, and did not record. */
  request: SupervisorRequest | null;
}

/** Before the runner has said anything. */
export const NOTHING_DONE: Progress = {
  total: null,
  done: 0,
  passed: 0,
  failed: 0,
  flaky: 0,
  skipped: 0,
  outcomes: '',
  current: null,
  failures: [],
};

/** A runner's live channel: a file of JSON lines in the attempt's folder. */
export interface ProgressChannel {
  file: string;
  /** A reader for one attempt: takes a line, gives the progress so far. Lines that are not understood change nothing. */
  reader(): (line: unknown) => Progress;
}

export interface FollowOptions {
  /** How to read the runner's live channel, where it has one. */
  progress: ProgressChannel | null;
  /** How many failures end the attempt; null where nobody asked for it, or the runner itself ends. */
  failFast: number | null;
  /** Of the attempt; its supervisor keeps it, and is looked at where it does not. */
  timeoutMs: number;
  graceMs: number;
  patience: Patience;
}

/**
 * Follows one attempt through its folder and its supervisor's socket, whether this process started it or found it. The folder is
 * the truth; the socket carries requests, and its end tells at once that the supervisor is gone.
 */
export class AttemptFollower {
  readonly #folder: string;
  readonly #socketPath: string;
  readonly #listener: AttemptListener;
  /** Read where the runner has no channel; null from the moment on at which more is printed than can be read. */
  #output: { progress: OutputProgress; offset: number } | null;
  readonly #failFast: number | null;
  readonly #channel: { advance: (line: unknown) => Progress; tail: NdjsonTail } | null;
  readonly #samples: NdjsonTail;
  readonly #insistence: Insistence;
  readonly #timeoutMs: number;
  #watcher: FSWatcher | null = null;
  #socket: Socket | null = null;
  #status: AttemptStatus | null = null;
  #progress: Progress = NOTHING_DONE;
  #request: SupervisorRequest | null = null;
  /** As it was started; of one that an earlier host started the status tells. */
  #supervisor: Identity | null = null;
  #stopped = false;
  #streamTimer: NodeJS.Timeout | null = null;
  #streamed: Promise<void> = Promise.resolve();
  #reconnectTimer: NodeJS.Timeout | null = null;
  #statusTimer: NodeJS.Timeout | null = null;
  #logSize = -1;
  #lastLine: string | null = null;

  constructor(
    folder: string,
    socketPath: string,
    { progress, failFast, timeoutMs, graceMs, patience }: FollowOptions,
    listener: AttemptListener,
  ) {
    this.#folder = folder;
    this.#socketPath = socketPath;
    this.#listener = listener;
    this.#channel = progress && { advance: progress.reader(), tail: new NdjsonTail(join(folder, progress.file)) };
    this.#output = progress ? null : { progress: new OutputProgress(), offset: 0 };
    this.#failFast = failFast;
    this.#samples = new NdjsonTail(join(folder, 'samples.ndjson'));
    this.#timeoutMs = timeoutMs;
    this.#insistence = new Insistence(patience, graceMs, {
      hasBegun: () => existsSync(join(folder, 'status.json')),
      wake: () => this.#signal('SIGCONT'),
      answers: (withinMs) => answersAt(socketPath, withinMs),
      terminate: () => this.#signal('SIGTERM'),
      hangs: () => void this.#givenUp(),
    });
  }

  /** Begins to follow; what is in the folder already is told first. */
  async start(): Promise<void> {
    this.#watcher = watch(this.#folder, (_event, name) => {
      if (name === 'status.json') void this.#readStatus();
      else this.#scheduleStreams();
    });
    this.#watcher.on('error', () => {}); // the folder was removed: the socket still tells the end
    await this.#readStatus();
    this.#scheduleStreams();
  }

  /** Asks the supervisor to end the attempt: now, or as soon as it can be reached. */
  cancel(): void {
    this.#ask({ type: 'cancel' });
  }

  /** The same because the machine is being shut down; the record says so. A cancel that came before counts. */
  shutDown(): void {
    this.#ask(this.#request?.type === 'cancel' ? this.#request : { type: 'cancel', because: 'shutdown' });
  }

  #ask(request: SupervisorRequest): void {
    this.#request = request;
    this.#signal('SIGCONT');
    this.#send();
    this.#insistence.asked();
  }

  /** A supervisor was started, or found, and owes its first status. Null: nobody knows which process it is, so it gets a fixed time. */
  expectStatusOf(supervisor: Identity | null): void {
    this.#supervisor = supervisor;
    if (this.#request) this.#signal('SIGCONT');
    if (supervisor && !this.#status) this.#insistence.started();
    const begun = Date.now();
    const look = async () => {
      if (this.#stopped || this.#status) return;
      const gone = supervisor ? isAlive(supervisor) === 'gone' : Date.now() - begun > FIRST_STATUS_MS;
      await this.#readStatus(); // after the look: its last act may have been to write it
      if (this.#stopped || this.#status) return;
      if (gone) this.#lost();
      else this.#statusTimer = setTimeout(look, FIRST_STATUS_LOOK_MS);
    };
    this.#statusTimer = setTimeout(look, FIRST_STATUS_LOOK_MS);
  }

  /** The same of one that an earlier host has started: it may live and tell what its file, damaged, does not. */
  findStatusOf(supervisor: Identity | null): void {
    if (!this.#status) this.#connect();
    this.expectStatusOf(supervisor);
  }

  /** Streams everything that is left and lets go. The attempt itself goes on. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#insistence.stop();
    this.#watcher?.close();
    this.#socket?.destroy();
    for (const timer of [this.#streamTimer, this.#reconnectTimer, this.#statusTimer]) if (timer) clearTimeout(timer);
    await this.#stream();
  }

  async #readStatus(): Promise<void> {
    const text = await readFile(join(this.#folder, 'status.json'), 'utf8').catch(() => null);
    if (text === null) return;
    const parsed = AttemptStatus.safeParse(parsedJson(text));
    if (parsed.success) this.#take(parsed.data);
  }

  #take(status: AttemptStatus): void {
    if (this.#stopped || this.#status?.phase === 'ended' || this.#status?.phase === status.phase) return;
    if (this.#status?.phase === 'running' && status.phase === 'starting') return; // file and socket crossed
    this.#status = status;
    if (status.phase !== 'ended') this.#connect();
    if (status.phase === 'starting') this.#insistence.started();
    if (status.phase === 'running') this.#insistence.running(this.#restMs(status));
    this.#listener.status(status);
  }

  /** What is left of its timeout. The clock may have been set since, so it is no more than the whole. */
  #restMs({ startedAt }: AttemptStatus): number {
    return Math.min(this.#timeoutMs, startedAt + this.#timeoutMs - Date.now());
  }

  #connect(): void {
    if (this.#socket || this.#stopped) return;
    const socket = connect(this.#socketPath);
    this.#socket = socket;
    let text = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => this.#send());
    socket.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const parsed = SupervisorMessage.safeParse(parsedJson(line));
        if (parsed.success) this.#take(parsed.data.status);
      }
    });
    socket.on('error', () => {}); // close follows
    socket.on('close', () => void this.#disconnected());
  }

  async #disconnected(): Promise<void> {
    this.#socket = null;
    await this.#readStatus();
    if (this.#stopped || !this.#status || this.#status.phase === 'ended') return;
    if (isAlive(this.#status.supervisor) === 'gone') {
      await this.#readStatus(); // its last act may have been to write the end
      this.#lost();
    } else {
      this.#reconnectTimer = setTimeout(() => this.#connect(), RECONNECT_MS);
    }
  }

  #lost(): void {
    if (this.#stopped || this.#status?.phase === 'ended') return;
    this.#listener.supervisorLost(this.#status, { hangs: null, request: this.#request });
  }

  async #givenUp(): Promise<void> {
    await this.#readStatus(); // the end may be there, and nobody was told
    if (this.#stopped || this.#status?.phase === 'ended') return;
    const supervisor = this.#status?.supervisor ?? this.#supervisor;
    this.#listener.supervisorLost(this.#status, { hangs: { supervisor }, request: this.#request });
  }

  #send(): void {
    if (!this.#request || !this.#socket || this.#socket.connecting) return;
    this.#socket.write(`${JSON.stringify(this.#request)}\n`);
  }

  /** One that somebody has stopped (SIGSTOP, Ctrl-Z, a debugger) could not end anything before it is continued. */
  #signal(name: 'SIGCONT' | 'SIGTERM'): void {
    const supervisor = this.#status?.supervisor ?? this.#supervisor;
    if (supervisor && process.platform !== 'win32' && isAlive(supervisor) === 'alive') send(supervisor.pid, name);
  }

  #scheduleStreams(): void {
    if (this.#stopped || this.#streamTimer) return;
    this.#streamTimer = setTimeout(() => {
      this.#streamTimer = null;
      void this.#stream();
    }, STREAM_INTERVAL_MS);
  }

  /** One after the other: two at once would read the same lines twice. */
  #stream(): Promise<void> {
    this.#streamed = this.#streamed.then(() => this.#streamOnce());
    return this.#streamed;
  }

  async #streamOnce(): Promise<void> {
    for (const line of await this.#samples.read()) {
      const parsed = Sample.safeParse(line);
      if (parsed.success) this.#listener.sample(parsed.data);
    }
    const logGrew = await this.#readLog();
    const progressed = (await this.#readProgress()) || (await this.#readOutput());
    this.#endAtFailures();
    if (progressed || logGrew) this.#listener.progress(this.#progress, this.#lastLine);
  }

  async #readLog(): Promise<boolean> {
    const size = await logSize(this.#folder);
    if (size === this.#logSize) return false;
    this.#logSize = size;
    this.#lastLine = lastLine(await logTail(this.#folder, TAIL_BYTES));
    this.#listener.log(size);
    return true;
  }

  /** What the tests have printed since, a piece of it at a time: nobody's log keeps the host from its other work. */
  async #readOutput(): Promise<boolean> {
    const output = this.#output;
    if (!output || this.#logSize <= output.offset) return false;
    const piece = await readLogPiece(this.#folder, output.offset, this.#status?.phase === 'ended', OUTPUT_BYTES);
    if (piece.dropped || piece.size - piece.offset > MOST_BEHIND) {
      this.#output = null; // counts with a gap would be wrong
      this.#progress = NOTHING_DONE;
      return true;
    }
    output.offset = piece.nextOffset;
    if (piece.nextOffset < piece.size && piece.text !== '') this.#scheduleStreams();
    const progress = output.progress.take(piece.text);
    if (!progress) return false;
    this.#progress = progress;
    return true;
  }

  #endAtFailures(): void {
    const { failed } = this.#progress;
    if (this.#failFast === null || failed < this.#failFast || this.#request) return;
    this.#ask({ type: 'fail_fast', failures: failed });
  }

  async #readProgress(): Promise<boolean> {
    if (!this.#channel) return false;
    const lines = await this.#channel.tail.read();
    for (const line of lines) this.#progress = this.#channel.advance(line);
    return lines.length > 0;
  }
}
