import { create } from 'zustand';
import type { Result } from '../../contract/api.ts';
import type { Sample } from '../../contract/attempt.ts';
import { Refusal } from '../../contract/errors.ts';
import { isTerminal } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { call, listen, sentenceOf } from '../agent.ts';
import { needsALook } from '../format/words.ts';
import { useQueue } from './queue.ts';
import { findTask } from './queue-state.ts';

export interface RunState {
  /** As the address names it. */
  id: string | null;
  task: Task | null;
  /** Why there is none. */
  error: string | null;
  /** The attempt that is looked at; null is the last one. */
  chosen: number | null;
  tests: Result<'getTests'> | null;
  testsError: string | null;
  samples: readonly Sample[];
  /** Where the charts begin, in UTC ms. */
  startedAt: number | null;
}

const nothing: RunState = { id: null, task: null, error: null, chosen: null, tests: null, testsError: null, samples: [], startedAt: null };

/** The run whose page is open. */
export const useRun = create<RunState>(() => nothing);

const MOST_POINTS = 600;

/** The number of the attempt that is looked at; 0 while there is none. */
export const attemptOf = ({ task, chosen }: Pick<RunState, 'task' | 'chosen'>): number => chosen ?? task?.attempts.length ?? 0;

/** Looks at another attempt; null follows the last one. */
export function chooseAttempt(attempt: number | null): void {
  useRun.setState({ chosen: attempt, tests: null, testsError: null, samples: [], startedAt: null });
  void fetchAttempt();
}

/** Keeps the store at one task, until the answer is called. */
export function openRun(id: string): () => void {
  useRun.setState({ ...nothing, id, task: findTask(useQueue.getState(), id) });
  const stops = [
    listen('taskChanged', ({ task }) => {
      if (task.id === useRun.getState().task?.id || task.id === id) receive(task);
    }),
    listen('sample', ({ taskId, attempt, sample }) => {
      const state = useRun.getState();
      if (taskId !== state.task?.id || attempt !== attemptOf(state)) return;
      useRun.setState({ samples: [...state.samples, sample], startedAt: state.startedAt ?? sample.at });
    }),
    listen('connected', () => void load(id)),
  ];
  if (useQueue.getState().connection === 'connected') void load(id);
  return () => {
    for (const stop of stops) stop();
    useRun.setState(nothing);
  };
}

async function load(id: string): Promise<void> {
  try {
    const { task } = await call('getTask', { task: id });
    useRun.setState({ error: null });
    receive(task);
    await fetchAttempt();
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === 'no_host')) useRun.setState({ error: sentenceOf(error) });
  }
}

function receive(task: Task): void {
  const before = useRun.getState();
  useRun.setState({ task });
  const anotherAttempt = before.chosen === null && before.task !== null && before.task.attempts.length !== task.attempts.length;
  if (anotherAttempt) useRun.setState({ tests: null, samples: [], startedAt: null });
  const ended = isTerminal(task.state.status) && before.task !== null && !isTerminal(before.task.state.status);
  if (anotherAttempt || ended) void fetchAttempt();
  if (isTerminal(task.state.status) && needsALook(task)) call('markSeen', { task: task.id }).catch(() => {}); // it stays unseen, and is marked at the next visit
}

const REFRESH_MS = 1500;
let refreshing = false;

/** Asks for the tests of a running attempt again, soon and not too often. */
export function refreshTests(): void {
  if (refreshing) return;
  refreshing = true;
  setTimeout(() => {
    refreshing = false;
    const { task } = useRun.getState();
    const attempt = attemptOf(useRun.getState());
    if (task === null || attempt === 0 || isTerminal(task.state.status)) return;
    call('getTests', { task: task.id, attempt })
      .then((tests) => {
        if (useRun.getState().task?.id === task.id && attemptOf(useRun.getState()) === attempt) useRun.setState({ tests });
      })
      .catch(() => {}); // asked again at the end, and then said
  }, REFRESH_MS);
}

async function fetchAttempt(): Promise<void> {
  const { task } = useRun.getState();
  const attempt = attemptOf(useRun.getState());
  if (task === null || attempt === 0) return;
  const params = { task: task.id, attempt };
  const [tests, samples] = await Promise.allSettled([call('getTests', params), call('getSamples', { ...params, points: MOST_POINTS })]);
  const state = useRun.getState();
  if (state.task?.id !== task.id || attemptOf(state) !== attempt) return;
  if (tests.status === 'fulfilled') useRun.setState({ tests: tests.value, testsError: null });
  else useRun.setState({ testsError: sentenceOf(tests.reason) });
  if (samples.status === 'fulfilled') {
    const { value } = samples;
    // Live ones that came while this was under way are later than all of these.
    const last = value.samples.at(-1)?.at ?? 0;
    useRun.setState({
      samples: [...value.samples, ...state.samples.filter((sample) => sample.at > last)],
      startedAt: value.startedAt ?? value.samples[0]?.at ?? null,
    });
  }
}
