import { claims } from './gates/claims.ts';
import { exclusiveKeys } from './gates/exclusive-keys.ts';
import type { Gate, GateContext } from './gates/gate.ts';
import { paused } from './gates/paused.ts';
import { brokenPredecessor, predecessors } from './gates/predecessors.ts';
import { pressure } from './gates/pressure.ts';
import { slots } from './gates/slots.ts';
import { startTime } from './gates/start-time.ts';
import { nextStep, StartingOrder } from './order.ts';
import type { QueueFacts, QueueRules, QueueTask } from './queue-task.ts';
import { Room } from './room.ts';
import { sentenceOf, type Wait } from './wait.ts';

export interface Decision {
  /** Tasks to start now, in this order. */
  start: string[];
  /** Tasks to end unstarted, each with the sentence that says why. */
  end: { taskId: string; as: 'timeout' | 'cancelled'; reason: string }[];
  /** The others, in the order in which they will start, each with what it waits for. */
  waiting: { taskId: string; wait: Wait }[];
  /** When to ask again though nothing has happened, in UTC ms; null where time alone changes nothing. */
  wakeAt: number | null;
}

const MINUTE_MS = 60_000;

/** Not yet its turn: those behind it take what it would need. */
const TURN: readonly Gate[] = [paused, startTime, predecessors];
/** Its turn has come, but something is not free; a key of its that is free is kept for it. */
const ROOM: readonly Gate[] = [exclusiveKeys, slots, claims, pressure];

/**
 * What the queue does next. Pure: the same facts, rules and time give the same answer, and asking again after its actions were
 * carried out changes nothing more. `StartingOrder` says whose turn it is, the gates say what each one waits for.
 */
export function decide(facts: QueueFacts, rules: QueueRules, now: number): Decision {
  const start: string[] = [];
  const end: Decision['end'] = [];
  const ended = new Map(facts.ended);
  for (let tasks = facts.tasks; ; ) {
    const pass = passOver({ ...facts, tasks, ended }, rules, now);
    if (pass.start.length === 0 && pass.end.length === 0) return { ...pass, start, end };
    // A start may make it another submitter's turn.
    start.push(...pass.start);
    end.push(...pass.end);
    const [started, gone] = [new Set(pass.start), new Map(pass.end.map((one) => [one.taskId, one]))];
    tasks = tasks.flatMap((task) => {
      const ending = gone.get(task.id);
      if (!ending) return started.has(task.id) ? { ...task, startingAt: now } : task;
      const outcome = ending.as === 'timeout' ? 'timed out' : 'was cancelled';
      ended.set(task.id, { name: `#${task.number}`, passed: false, outcome });
      return [];
    });
  }
}

function passOver(facts: QueueFacts, rules: QueueRules, now: number): Decision {
  const byId = new Map(facts.tasks.map((task) => [task.id, task]));
  const room = new Room(facts, rules);
  const context: GateContext = { facts, rules, byId, room, now };
  const order = new StartingOrder(facts, rules.ageingMs, now);
  const [start, end]: [Decision['start'], Decision['end']] = [[], []];
  const [waiting, notYet]: [Decision['waiting'], Decision['waiting']] = [[], []];
  let wakeAt: number | null = null;
  let step: number | null = null;

  for (let task = order.next(); task !== null; task = order.next()) {
    const ending = endingOf(task, context);
    if (ending) {
      end.push(ending);
      continue;
    }
    const early = firstWait(TURN, task, context);
    const wait = early ?? firstWait(ROOM, task, context);
    if (!wait) {
      start.push(task.id);
      room.take(task, now);
      if (!task.foreground) order.took(task, now);
      continue;
    }
    if (!early) room.promise(task);
    if (wait.reserves) room.reserve(task, now - task.queuedAt >= rules.ageingMs);
    if (!wait.letsOthersPass) order.took(task, Number.POSITIVE_INFINITY);
    (early ? notYet : waiting).push({ taskId: task.id, wait });
    wakeAt = earlier(wakeAt, earlier(wait.wakeAt ?? null, giveUpAt(task)));
    step = earlier(step, nextStep(task, rules.ageingMs, now));
  }
  const all = [...waiting, ...notYet];
  // Alone, a task gains nothing by becoming more urgent.
  return { start, end, waiting: all, wakeAt: all.length > 1 ? earlier(wakeAt, step) : wakeAt };
}

function firstWait(gates: readonly Gate[], task: QueueTask, context: GateContext): Wait | null {
  for (const gate of gates) {
    const wait = gate(task, context);
    if (wait) return wait;
  }
  return null;
}

function endingOf(task: QueueTask, context: GateContext): Decision['end'][number] | null {
  const broken = brokenPredecessor(task, context);
  if (broken !== null) return { taskId: task.id, as: 'cancelled', reason: broken };
  const { now } = context;
  const deadline = giveUpAt(task);
  if (deadline === null || now < deadline) return null;
  const wait = firstWait([...TURN, ...ROOM], task, context);
  const last = wait ? ` ${sentenceOf(wait, now).replace(/^Waits/, 'It waited')}` : '';
  return {
    taskId: task.id,
    as: 'timeout',
    reason: `It did not start within its queue timeout of ${(deadline - task.queuedAt) / MINUTE_MS} min.${last}`,
  };
}

const giveUpAt = ({ queuedAt, queueTimeoutMs }: QueueTask) => (queueTimeoutMs === null ? null : queuedAt + queueTimeoutMs);

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
