import { create } from 'zustand';
import { call, listen } from '../agent.ts';
import {
  applyEvent,
  applyMachine,
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

/** Keeps the store at what the host says, until the answer is called. */
export function startQueue(): () => void {
  const set = (change: (state: QueueState) => QueueState) => useQueue.setState((state) => change(state));
  const stops = [
    listen('reset', (snapshot) => {
      set((state) => applySnapshot(state, snapshot));
      for (const { task } of useQueue.getState().running) void fetchSamples(task.id);
    }),
    listen('taskChanged', (event) => set((state) => applyEvent(state, event))),
    listen('waiting', (payload) => set((state) => applyWaiting(state, payload))),
    listen('progress', (payload) => set((state) => applyProgress(state, payload))),
    listen('sample', ({ taskId, attempt, sample }) => set((state) => applySamples(state, taskId, attempt, [sample]))),
    listen('machine', (machine) => set((state) => applyMachine(state, machine))),
    listen('connected', () => {
      useQueue.setState({ connection: 'connected', lostAt: null });
      for (const { task } of useQueue.getState().running) void fetchSamples(task.id);
      void refreshWaiting();
      void refreshHost();
    }),
    listen('disconnected', () => useQueue.setState((state) => ({ connection: 'lost', lostAt: state.lostAt ?? Date.now() }))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The charts begin with what was before the window opened. */
async function fetchSamples(taskId: string): Promise<void> {
  try {
    const { attempt, samples } = await call('getSamples', { task: taskId, points: 120 });
    useQueue.setState((state) => applySamples(state, taskId, attempt, samples));
  } catch {
    // a chart without its past; the live samples come anyway
  }
}

/** A connection that goes on at the old cursor may be to another host: the app takes over from a headless one. */
async function refreshHost(): Promise<void> {
  try {
    const host = await call('hostStatus', {});
    useQueue.setState({ host });
  } catch {
    // the next connection asks again
  }
}

/** Reasons and progress are not among the events that are kept: after a reconnect they are asked for. */
async function refreshWaiting(): Promise<void> {
  try {
    const active = await call('listActive', {});
    const known = new Map(active.map((detail) => [detail.task.id, detail]));
    useQueue.setState((state) => {
      const running = state.running.map((detail) => ({ ...detail, progress: known.get(detail.task.id)?.progress ?? detail.progress }));
      const tasks = active.flatMap(({ task, waiting }) => (waiting === null ? [] : [{ taskId: task.id, reason: waiting }]));
      return applyWaiting({ ...state, running }, { tasks });
    });
  } catch {
    // the next `waiting` says it again
  }
}
