import { expect, test, vi } from 'vitest';
import { PROJECT } from '../cli/testing/commands.ts';
import { add, running, TestHome } from '../e2e/support/home.ts';
import { waitForEnds } from './wait-for-ends.ts';

test('whoever waits for a task gets no picture of the whole queue, and misses nothing over the death of the host', async () => {
  await using home = new TestHome();
  const first = await home.connect();
  const task = await add(first, { project: home.project(PROJECT), category: 'waits' });
  await running(first, task.id);
  const answers: unknown[] = [];
  const seen = Promise.withResolvers<void>();
  const seenAgain = Promise.withResolvers<void>();
  let times = 0;
  const over = waitForEnds({
    connect: async () => {
      const client = await home.connect();
      const call = client.call.bind(client);
      vi.spyOn(client, 'call').mockImplementation(async (method, params, deadlineMs) => {
        const answer = await call(method, params, deadlineMs);
        if (method === 'subscribe') answers.push(answer);
        return answer;
      });
      return client;
    },
    ids: [task.id],
    onChange: () => {
      times += 1;
      (times === 1 ? seen : seenAgain).resolve();
    },
  });
  await seen.promise;
  await home.killHost();
  await seenAgain.promise;
  await (await home.connect()).call('cancelTasks', { tasks: [task.id] });
  expect((await over).map(({ id, state }) => [id, state.status])).toEqual([[task.id, 'cancelled']]);
  expect(answers.length).toBeGreaterThanOrEqual(2);
  for (const answer of answers) expect(answer).toMatchObject({ reset: null });
});
