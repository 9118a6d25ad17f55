import type { Claim, QueueFacts, QueueRules, QueueTask } from './queue-task.ts';

/** What is kept for a task that waits for more than is free, so that smaller ones do not starve it. */
export interface Reservation {
  number: number;
  /** What may still start beside it without delaying it. */
  beside: Claim;
  /** It has waited long enough: nothing at all passes it any more. */
  isStrict: boolean;
}

/** A task that has a key, or gets it first. */
export interface KeyHolder {
  number: number;
  /** It has it since then, in UTC ms; null while it waits. */
  since: number | null;
}

/** What is taken and what is free, while a decision is made. */
export class Room {
  /** Running tasks of ours, foreground ones too. */
  running = 0;
  slotsFree: number;
  readonly free: Claim;
  /** Who holds a key. */
  readonly holders = new Map<string, KeyHolder>();
  /** Keys that are free but go to a task further ahead. */
  readonly promised = new Map<string, KeyHolder>();
  reservation: Reservation | null = null;
  readonly #facts: QueueFacts;
  readonly #categories = new Map<string, number>();
  readonly #runs: QueueTask[] = [];

  constructor(facts: QueueFacts, rules: QueueRules) {
    this.#facts = facts;
    this.slotsFree = rules.slots;
    this.free = { cores: facts.machine.cores, memoryMb: facts.machine.memoryAvailableMb };
    for (const task of facts.tasks) if (task.startingAt !== null) this.take(task, task.startingAt);
  }

  runningIn(category: string): number {
    return this.#categories.get(category) ?? 0;
  }

  /** The task runs from that moment on. */
  take(task: QueueTask, at: number): void {
    this.running += 1;
    this.#runs.push(task);
    this.free.cores -= task.claim.cores;
    // What it uses already is not available any more; what it will still take is not yet gone.
    this.free.memoryMb -= Math.max(0, task.claim.memoryMb - task.usedMemoryMb);
    if (this.reservation) subtract(this.reservation.beside, task.claim);
    for (const key of task.exclusiveKeys) this.holders.set(key, { number: task.number, since: at });
    if (task.foreground) return;
    this.slotsFree -= 1;
    this.#categories.set(task.category, this.runningIn(task.category) + 1);
  }

  /** Its keys go to this waiting task before any behind it. */
  promise(task: QueueTask): void {
    for (const key of task.exclusiveKeys) if (!this.promised.has(key)) this.promised.set(key, { number: task.number, since: null });
  }

  /**
   * Keeps what this waiting task needs. Those behind it may start where they fit beside it together with all that has overtaken it:
   * once the others have ended, it starts.
   */
  reserve(task: QueueTask, isStrict: boolean): void {
    const used = this.#runs.reduce((sum, { usedMemoryMb }) => sum + usedMemoryMb, 0);
    const { cores, memoryAvailableMb } = this.#facts.machine;
    const beside = { cores, memoryMb: memoryAvailableMb + used };
    subtract(beside, task.claim);
    for (const run of this.#runs) if (run.startingAt === null || run.startingAt >= task.queuedAt) subtract(beside, run.claim);
    this.reservation = { number: task.number, beside, isStrict };
  }
}

function subtract(from: Claim, what: Claim): void {
  from.cores -= what.cores;
  from.memoryMb -= what.memoryMb;
}

/** Is there enough? A claim of nothing always fits. */
export function fits(claim: Claim, room: Claim): boolean {
  return (claim.cores === 0 || claim.cores <= room.cores) && (claim.memoryMb === 0 || claim.memoryMb <= room.memoryMb);
}
