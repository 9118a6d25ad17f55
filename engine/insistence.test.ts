import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answersAt, Insistence } from './insistence.ts';

const PATIENCE = { firstStatusMs: 60_000, answerMs: 5000, recordMs: 15_000 };
const GRACE_MS = 10_000;

describe('a supervisor', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** `answering` and `begun` may change; `said` holds what was done to it, with the seconds passed. */
  function watch(state: { answering: boolean; begun: boolean }) {
    const said: string[] = [];
    const begin = performance.now();
    const say = (what: string) => () => {
      said.push(`${what} ${Math.round((performance.now() - begin) / 1000)}`);
    };
    const insistence = new Insistence(PATIENCE, GRACE_MS, {
      hasBegun: () => state.begun,
      wake: say('wake'),
      answers: async (withinMs) => {
        if (!state.answering) await new Promise((resolve) => setTimeout(resolve, withinMs));
        return state.answering;
      },
      terminate: say('terminate'),
      hangs: say('hangs'),
    });
    return { insistence, said };
  }

  test('that was asked and is mute is continued, asked by a signal, and given up once its time and the answer are over', async () => {
    const { insistence, said } = watch({ answering: false, begun: true });
    insistence.asked();
    await vi.advanceTimersByTimeAsync(10_000);
    insistence.asked(); // the first time counts
    await vi.advanceTimersByTimeAsync(100_000);
    expect(said).toEqual(['wake 5', 'terminate 10', 'wake 25', 'hangs 30']);
  });

  test('that answers is left alone, however long it takes', async () => {
    const state = { answering: true, begun: true };
    const { insistence, said } = watch(state);
    insistence.running(60_000);
    insistence.asked();
    await vi.advanceTimersByTimeAsync(3600_000);
    expect(said.filter((what) => !what.startsWith('wake'))).toEqual([]);
    state.answering = false;
    await vi.advanceTimersByTimeAsync(100_000);
    expect(said.at(-1)).toMatch(/^hangs/);
  });

  test('that says nothing of its start is given up in its time; one that waits for room is not', async () => {
    const mute = watch({ answering: false, begun: false });
    const waits = watch({ answering: true, begun: false });
    mute.insistence.started();
    waits.insistence.started();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(mute.said).toEqual(['wake 60', 'hangs 65']);
    expect(waits.said.filter((what) => !what.startsWith('wake'))).toEqual([]);
  });

  test('whose tests must not begin is not waited for, even where it answers', async () => {
    const { insistence, said } = watch({ answering: true, begun: false });
    insistence.started();
    insistence.asked();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(said).toEqual(['wake 5', 'hangs 5']);
  });

  test('is looked at once the timeout of its tests and their end are over, and not before', async () => {
    const { insistence, said } = watch({ answering: false, begun: true });
    insistence.started();
    insistence.running(100_000);
    await vi.advanceTimersByTimeAsync(1000_000);
    expect(said).toEqual(['wake 125', 'terminate 130', 'wake 155', 'hangs 160']);
  });

  test('that has ended is not looked at', async () => {
    const { insistence, said } = watch({ answering: false, begun: true });
    insistence.asked();
    await vi.advanceTimersByTimeAsync(7000); // in the middle of a look
    insistence.stop();
    await vi.advanceTimersByTimeAsync(1000_000);
    expect(said).toEqual(['wake 5']);
  });
});

describe('a socket', () => {
  let folder: string;
  const servers: Server[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bge2e-answers-'));
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(folder, { recursive: true });
  });

  async function listen(greeting: string | null): Promise<string> {
    const path = join(folder, `${servers.length}.sock`);
    const server = createServer((client) => greeting !== null && client.end(greeting)).listen(path);
    servers.push(server);
    await once(server, 'listening');
    return path;
  }

  test('that says anything answers, at once', async () => {
    expect(await answersAt(await listen('hello\n'), 60_000)).toBe(true);
  });

  test('that takes a connection and says nothing does not answer, nor does one that is not there', async () => {
    expect(await answersAt(await listen(null), 300)).toBe(false);
    expect(await answersAt(join(folder, 'none.sock'), 300)).toBe(false);
  });

  test('that comes while it is waited for answers', async () => {
    const answer = answersAt(join(folder, '0.sock'), 60_000);
    await listen('hello\n');
    expect(await answer).toBe(true);
  });
});
