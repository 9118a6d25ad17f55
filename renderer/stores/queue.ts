import { create } from 'zustand';
import { call, listen } from '../agent.ts';
import { stripAnsi } from '../log/ansi.ts';
import {
  applyEstimate,
  applyEvent,
  applyLastLine,
  applyMachine,
  applyMove,
  applyProgress,
  applySamples,
  applySnapshot,
  applyWaiting,
  emptyQueue,
  type QueueState,
} from './queue-state.ts';

/** `connecting` until the first answer of a host; `lost` while none answers. */
export type Connection = 'connecting' | 'connected' | 'lost';

export const useQueue = create<QueueState & { connection: Connection; lostAt: number | null }>(() => ({
  ...emptyQueue,
  connection: 'connecting',
  lostAt: null,
}));

/** What came within one frame is shown at once: a script that queues 2,000 tasks draws the page a few times, not 2,000 times. */
const FRAME_MS = 16;

type Change = (state: QueueState) => QueueState;
let pending: Change[] = [];

function soon(change: Change): void {
  if (pending.push(change) === 1) setTimeout(flush, FRAME_MS);
}

function flush(): void {
  const changes = pending;
  pending = [];
  if (changes.length > 0) useQueue.setState((state) => changes.reduce<QueueState>((before, change) => change(before), state));
}

/** Changes the store after all that came before. */
function set(change: Change): void {
  pending.push(change);
  flush();
}

/** Keeps the store at what the host says, until the answer is called. */
export function startQueue(): () => void {
  // What a whole snapshot has told needs not be asked for: with 2,000 waiting tasks that is megabytes.
  let hasWhole = false;
  const stops = [
    listen('reset', (snapshot) => {
      hasWhole = true;
      set((state) => applySnapshot(state, snapshot));
    }),
    listen('taskChanged', (event) => {
      soon((state) => applyEvent(state, event));
      if (event.type === 'running' || event.type === 'attempt_ended') void fetchEstimate(event.taskId);
    }),
    listen('waiting', (payload) => soon((state) => applyWaiting(state, payload))),
    listen('progress', (payload) => soon((state) => applyProgress(state, payload))),
    listen('sample', ({ taskId, attempt, sample }) => soon((state) => applySamples(state, taskId, attempt, [sample]))),
    listen('paused', (paused) => set((state) => ({ ...state, paused }))),
    listen('schedules', ({ schedules }) => set((state) => ({ ...state, schedules }))),
    listen('machine', (machine) => soon((state) => applyMachine(state, machine))),
    listen('connected', () => {
      useQueue.setState({ connection: 'connected', lostAt: null });
      fetchPasts();
      void fetchSchedules();
      if (!hasWhole) {
        void refreshWaiting();
        void refreshHost();
      }
      hasWhole = false;
    }),
    listen('disconnected', () => useQueue.setState((state) => ({ connection: 'lost', lostAt: state.lostAt ?? Date.now() }))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** What running tasks did before the window opened. */
function fetchPasts(): void {
  for (const { task } of useQueue.getState().running) {
    void fetchSamples(task.id);
    void fetchLastLine(task.id);
  }
}

const TAIL_BYTES = 4096;

async function fetchLastLine(task: string): Promise<void> {
  try {
    const { attempt, size } = await call('readLog', { task, offset: 0, limit: 1 });
    const { text } = await call('readLog', { task, attempt, offset: Math.max(0, size - TAIL_BYTES), limit: TAIL_BYTES });
    const last = text.split(/\r?\n/).findLast((line) => stripAnsi(line).trim() !== '') ?? null;
    set((state) => applyLastLine(state, task, attempt, last));
  } catch {
    // the next line that it writes comes anyway
  }
}

/** The charts begin with what was before the window opened. */
async function fetchSamples(taskId: string): Promise<void> {
  try {
    const { attempt, samples } = await call('getSamples', { task: taskId, points: 120 });
    set((state) => applySamples(state, taskId, attempt, samples));
  } catch {
    // a chart without its past; the live samples come anyway
  }
}

/** How long it takes by earlier runs is known once it runs. */
async function fetchEstimate(taskId: string): Promise<void> {
  try {
    const { estimatedEndAt = null } = await call('getTask', { task: taskId });
    set((state) => applyEstimate(state, taskId, estimatedEndAt));
  } catch {
    // shown without it
  }
}

async function fetchSchedules(): Promise<void> {
  try {
    const schedules = await call('listSchedules', {});
    set((state) => ({ ...state, schedules }));
  } catch {
    // the next connection, or the next change, tells them
  }
}

/** Shows a moved task at its new place at once; the host says soon where it lies. */
export const showMoved = (taskId: string, position: number): void => set((state) => applyMove(state, taskId, position));

/** A connection that goes on at the old cursor may be to another host: the app takes over from a headless one. */
async function refreshHost(): Promise<void> {
  try {
    const host = await call('hostStatus', {});
    set((state) => ({ ...state, host, paused: host.paused ?? state.paused }));
  } catch {
    // the next connection asks again
  }
}

/** Reasons and progress are not among the events that are kept: after a reconnect they are asked for. */
async function refreshWaiting(): Promise<void> {
  try {
    const active = await call('listActive', {});
    const known = new Map(active.map((detail) => [detail.task.id, detail]));
    set((state) => {
      const running = state.running.map((detail) => {
        const now = known.get(detail.task.id);
        return now ? { ...detail, progress: now.progress ?? detail.progress, estimatedEndAt: now.estimatedEndAt } : detail;
      });
      const tasks = active.flatMap(({ task, waiting, waitingFor, ...estimates }) =>
        waiting === null ? [] : [{ taskId: task.id, reason: waiting, waitingFor: waitingFor ?? undefined, ...estimates }],
      );
      return applyWaiting({ ...state, running }, { tasks });
    });
  } catch {
    // the next `waiting` says it again
  }
}
