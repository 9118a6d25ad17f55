import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { PROJECT } from '../cli/testing/commands.ts';
import { running, TestHome } from '../e2e/support/home.ts';
import { BackgroundE2EAgent, Refusal } from './agent.ts';

const agentOf = (home: TestHome, files: Record<string, string> = PROJECT) => {
  const project = home.project(files);
  return { project, agent: new BackgroundE2EAgent({ home: home.home, project, clientName: 'test' }) };
};

const RED = `categories:
  red: { command: [node, suite.mjs, red], reports: [out/junit.xml], rerun_failed: [node, suite.mjs, red, "--only={names}"] }
`;

test('a program queues a suite, waits for it and reads its result', async () => {
  await using home = new TestHome();
  const { project, agent: made } = agentOf(home);
  await using agent = made;
  vi.stubEnv('GREETING', 'hello');
  const id = await agent.queueE2ETest({ category: 'red', timeoutMinutes: 3, additionalArgs: ['more'] });
  expect(id).toMatch(/^task_[0-9a-z]{12}$/);
  expect(await agent.waitForTask(id)).toMatchObject({
    task_id: id,
    status: 'failed',
    verdict: 'failed',
    test_counts: { total: 2, failed: 1 },
    project,
  });
  expect(await agent.getTaskStatus(id)).toMatchObject({ task_id: id, process_info: { pid: null, running: false }, exit_code: 1 });
  const { text } = await (await home.connect()).call('readLog', { task: id, offset: 0 });
  expect(text).toBe('["red","more"] hello\n');
});

test('what failed is queued again as a task of its own, whole or the failed tests alone', async () => {
  await using home = new TestHome();
  const { agent: made } = agentOf(home, { ...PROJECT, 'background-e2e.yaml': RED });
  await using agent = made;
  const first = await agent.queueE2ETest('red');
  expect(await agent.waitForTask(first)).toMatchObject({ verdict: 'failed', test_counts: { total: 2, failed: 1 } });

  const whole = await agent.retryTask(first);
  expect(await agent.waitForTask(whole)).toMatchObject({ task_id: whole, rerun_of: first, rerun_only: null, test_counts: { total: 2 } });
  const part = await agent.retryTask(first, { failed: true });
  expect(await agent.waitForTask(part)).toMatchObject({ rerun_of: first, rerun_only: 'failed', rerun: { failed: 1 } });
  const { text } = await (await home.connect()).call('readLog', { task: part, offset: 0 });
  expect(text).toMatch(/^\["red","--only=pays"\]/);
  await expect(agent.retryTask('task_nothere00000')).rejects.toMatchObject({ kind: 'not_found' });
});

test('recent results are those of the agent’s own project, also from a folder within it', async () => {
  await using home = new TestHome();
  const { agent: first } = agentOf(home);
  const { project, agent: second } = agentOf(home, { ...PROJECT, 'packages/a/readme.md': '' });
  await using one = first;
  await using two = second;
  const ids = [await one.queueE2ETest('quick'), await two.queueE2ETest('quick')];
  for (const id of ids) await one.waitForTask(id);
  expect((await one.getRecentResults()).map((result) => result.task_id)).toEqual([ids[0]]);
  await using within = new BackgroundE2EAgent({ home: home.home, project: join(project, 'packages', 'a') });
  expect((await within.getRecentResults(5)).map((result) => result.task_id)).toEqual([ids[1]]);
});

test('stop leaves tasks running, or cancels those that this agent has queued and no others', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 4 }');
  const { agent: one } = agentOf(home);
  const { agent: two } = agentOf(home);
  const client = await home.connect();
  const kept = await one.queueE2ETest('waits');
  const ended = await two.queueE2ETest('waits');
  await running(client, kept);
  await running(client, ended);
  await one.stop();
  await two.stop({ tasks: 'cancel' });
  expect((await client.call('getTask', { task: ended })).task.state.status).toBe('cancelled');
  expect((await client.call('getTask', { task: kept })).task).toMatchObject({ cancelRequestedAt: null, state: { status: 'running' } });
});

test('the queue’s status, a deadline that passes, and a cancel that is only true once', async () => {
  await using home = new TestHome();
  const { agent: made } = agentOf(home);
  await using agent = made;
  await agent.start();
  await agent.start();
  const id = await agent.queueE2ETest('waits');
  expect(await agent.waitForTask(id, { deadlineMs: 1 })).toBeNull();
  expect(await agent.getQueueStatus()).toMatchObject({ agent_running: true, tasks: [{ task_id: id }] });
  expect(await agent.cancelTask(id)).toBe(true);
  expect(await agent.waitForTask(id)).toMatchObject({ status: 'cancelled' });
  expect(await agent.cancelTask(id)).toBe(false);
});

test('the agent goes on with the next host when its own was killed', async () => {
  await using home = new TestHome();
  const { project, agent: made } = agentOf(home);
  await using agent = made;
  const id = await agent.queueE2ETest('waits');
  await running(await home.connect(), id);
  await home.killHost();
  writeFileSync(join(project, 'go'), '');
  expect(await agent.waitForTask(id)).toMatchObject({ verdict: 'passed' });
  expect(await agent.queueE2ETest('quick')).toMatch(/^task_/);
});

test('what is wrong is told as a Refusal with its fields, and nothing is queued', async () => {
  await using home = new TestHome();
  const { agent: made } = agentOf(home);
  await using agent = made;
  await expect(agent.queueE2ETest('quik')).rejects.toThrow(/did you mean quick\?/);
  await expect(agent.queueE2ETest({ category: 'quick', timeoutMinutes: -1 })).rejects.toMatchObject({
    kind: 'invalid',
    issues: [{ field: 'timeout_minutes' }],
  });
  await expect(agent.queueE2ETest({ category: 'quick', useRealLlm: true })).rejects.toThrow(
    /use_real_llm is true: .* not available in this version/,
  );
  await expect(agent.getTaskStatus('task_000000000000')).rejects.toBeInstanceOf(Refusal);
  await expect(agent.cancelTask('task_000000000000')).rejects.toMatchObject({ kind: 'not_found' });
  expect((await agent.getQueueStatus()).tasks).toEqual([]);
});

test('what is queued while the host hands its queue over is queued once, at the next one', async () => {
  await using home = new TestHome();
  const { agent: made } = agentOf(home);
  await using agent = made;
  const client = await home.connect();
  await agent.start();
  const [, id] = await Promise.all([client.call('handOver', { version: '9.9.9' }), agent.queueE2ETest('quick')]);
  expect(await agent.waitForTask(id)).toMatchObject({ verdict: 'passed' });
  expect(await agent.getRecentResults()).toHaveLength(1);
  expect((await home.connect()).host.pid).not.toBe(client.host.pid);
});
