import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Result } from '../../contract/api.ts';
import { add, ended, TestHome, until } from '../support/home.ts';

const FLOOD = 150_000_000;
/** What a host may need on top while it is told of a flood, in KiB. */
const MORE_MEMORY = 48 * 1024;

const mostMemory = (pid: number) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

test('a suite that floods its log costs the host no memory; what is kept can be read, and the result says what is not', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "log_cap_mb": 1 }');
  const project = home.project({
    'background-e2e.yaml': 'categories:\n  flood: { command: [yes, "a line of the flood"], verdict_from: exit_code }\n',
  });
  const client = await home.connect();
  let size = 0;
  client.on('logGrew', (grown) => {
    size = grown.size;
  });
  await client.call('subscribe', { after: null, epoch: null });
  const task = await add(client, { project, category: 'flood' });
  await client.call('followLog', { task: task.id });
  await until('it prints', () => size > 0);
  const before = mostMemory(client.host.pid);
  await until('it has printed much', () => size > FLOOD, 60_000);
  expect(mostMemory(client.host.pid) - before).toBeLessThan(MORE_MEMORY);
  await client.call('cancelTasks', { tasks: [task.id] });
  const result = await ended(client, task.id);
  expect(result.attempts[0]?.warnings).toEqual([
    expect.stringMatching(/^The tests printed more than the log keeps: [\d.]+ MB from the middle/),
  ]);

  const pieces: Result<'readLog'>[] = [];
  for (let offset = 0; ; ) {
    const piece = await client.call('readLog', { task: task.id, offset });
    if (piece.nextOffset === offset) break;
    pieces.push(piece);
    offset = piece.nextOffset;
  }
  const gap = pieces.findIndex(({ dropped }) => dropped);
  const text = (some: typeof pieces) => some.map((piece) => piece.text).join('');
  expect(text(pieces.slice(0, gap)).length).toBe(500_000);
  expect(text(pieces.slice(gap + 1)).length).toBeGreaterThan(374_000);
  const { size: written, dropped } = pieces.at(-1) ?? {};
  expect(dropped).toBeNull();
  expect(written).toBe((pieces[gap]?.dropped?.to ?? 0) + text(pieces.slice(gap + 1)).length);
}, 120_000);
