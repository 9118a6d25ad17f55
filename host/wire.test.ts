import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { readHostFile } from '../client/host-file.ts';
import { TestHome } from '../e2e/support/home.ts';

test('what a message of the wire has wrong is said with field, value and what is allowed; secrets are not repeated', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const file = readHostFile(home.home);
  if (!file) throw new Error('There is no host.');
  const socket = connect(file.address);
  const raw = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  raw.listen();
  await raw.sendRequest('hello', { protocol: 1, version: '0.0.1', client: 'raw', token: file.token });
  const refusalOf = (method: string, params: unknown) =>
    raw.sendRequest(method, params).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
  expect(await refusalOf('pauseQueue', {})).toBe(
    'pauseQueue is a map: it must have one of all (true), category (a name) and tasks (a list of them)',
  );
  expect(await refusalOf('moveTask', { task: 'last' })).toContain('it must name a task, and one of first (true), before and after');
  expect(await refusalOf('cancelTasks', { tasks: 'x' })).toContain('it must have tasks (a list of them) or all (true)');
  expect(await refusalOf('getQueue', { limit: '9' })).toBe('limit is "9": it must be a number');
  expect(await refusalOf('stopHost', { tasks: 'explode' })).toBe('tasks is "explode": it must be keep or cancel');
  expect(await refusalOf('listResults', { limit: 10, search: "a\0'" })).toContain('must not contain a NUL byte');
  const request = { project: '/', category: 'e2e' };
  expect(await refusalOf('addTask', { requestId: 'x', request })).toBe('request_id is "x": it must be text of 8 to 64 characters');
  const secret = await refusalOf('addTask', { requestId: '12345678', request, environment: { TOKEN: ['hunter2'] } });
  expect(secret).toContain('environment');
  expect(secret).not.toContain('hunter2');
  for (const environment of [{ PATH: '/bin', KEY: 'hunter2\0' }, { 'K\0': 'hunter2' }]) {
    const refusal = await refusalOf('addTask', { requestId: '12345678', request, environment });
    expect(refusal).toMatch(/^environment.*must not contain a NUL byte/);
    expect(refusal).not.toContain('hunter2');
  }
  expect((await client.call('hostStatus', {})).running).toBe(true);
  raw.dispose();
  socket.destroy();
});
