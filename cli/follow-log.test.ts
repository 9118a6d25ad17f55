import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HostClient } from '../client/client.ts';
import { readHostFile } from '../client/host-file.ts';
import { add, running, TestHome } from '../e2e/support/home.ts';
import { identityOf, isAlive } from '../supervisor/identity.ts';
import { followLog } from './follow-log.ts';
import { PROJECT } from './testing/commands.ts';

/** Kills a process and waits until it is gone, without a turn of the event loop: nothing of this process hears of it meanwhile. */
function killUnheard(pid: number): void {
  const identity = identityOf(pid);
  process.kill(pid, 'SIGKILL');
  while (isAlive(identity) === 'alive');
}

test('a host that dies right before it is asked for more ends no following: the next one is asked', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const client = await home.connect();
  const { id } = await add(client, { project: cwd, category: 'waits' });
  await running(client, id);
  let reads = 0;
  /** The second time that the log is read, the host is dead, and its connection does not know it yet. */
  const connect = async (): Promise<HostClient> => {
    const opened = await home.connect();
    return {
      get closed() {
        return opened.closed;
      },
      close: () => opened.close(),
      on: (name, listener) => opened.on(name, listener),
      onClose: (listener) => opened.onClose(listener),
      call: (method, params, deadlineMs) => {
        if (method === 'readLog' && ++reads === 2) {
          killUnheard(readHostFile(home.home)?.pid ?? 0);
          writeFileSync(join(cwd, 'go'), '');
        }
        return opened.call(method, params, deadlineMs);
      },
    };
  };
  let out = '';
  const task = await followLog({
    connect,
    taskId: id,
    attempt: 1,
    andLater: true,
    write: async ({ text }) => {
      out += text;
    },
    onAttempt: () => {},
  });
  expect(task.state.status).toBe('completed');
  expect(out).toBe('begun\n');
  expect(reads).toBeGreaterThan(2);
}, 60_000);
