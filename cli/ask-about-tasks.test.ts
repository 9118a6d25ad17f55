import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { answerIn, askAboutTasks } from './ask-about-tasks.ts';

test.each([
  ['', 'keep'],
  ['K', 'keep'],
  ['keep', 'keep'],
  [' c ', 'cancel'],
  ['no', 'stay'],
  ['cancle', null],
  ['keep it', null],
])('the answer %j means %s', (line, expected) => expect(answerIn(line)).toBe(expected));

async function asked() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = askAboutTasks({ active: 2, queued: 1 }, { input, output });
  const [first] = await once(output, 'data');
  return { input, answer, first: String(first) };
}

test('a person is told what is at stake, and asked again until the answer is clear', async () => {
  const { input, answer, first } = await asked();
  expect(first).toContain('2 running, 1 waiting');
  input.write('what?\n');
  input.write('cancel\n');
  expect(await answer).toBe('cancel');
});

test('a terminal that is closed stops nothing', async () => {
  const { input, answer } = await asked();
  input.end();
  expect(await answer).toBe('stay');
});
