import { expect, test, vi } from 'vitest';
import type { Host } from '../host/host.ts';
import { quitter } from './quit.ts';

interface Given {
  own?: boolean;
  work?: boolean;
  goOn?: () => Promise<void>;
  answer?: 'keep' | 'cancel' | null;
  /** Holds the answer back. */
  asked?: Promise<unknown>;
}

function app({ own = true, work = true, goOn = async () => {}, answer = null, asked }: Given) {
  const done: string[] = [];
  const close = async ({ tasks }: { tasks: string }) => {
    done.push(`close ${tasks}`);
    hostClosed();
  };
  const host = { close } as unknown as Host;
  const { quit, hostClosed } = quitter({
    link: { own: own ? host : null, notice: null, connect: () => Promise.reject(new Error()), serve: async () => {} },
    hasWork: () => work,
    goOnHeadless: async () => {
      done.push('headless');
      await goOn();
    },
    cancelElsewhere: async () => void done.push('cancel elsewhere'),
    ask: async () => {
      done.push('ask');
      await asked;
      return answer;
    },
    exit: () => done.push('exit'),
  });
  return { quit, hostClosed, done };
}

test.each([
  ['running tests go on under a headless host', { work: true }, 'keep', ['close keep', 'headless', 'exit']],
  ['without work nothing is left behind', { work: false }, 'keep', ['close keep', 'exit']],
  ['tests that shall end are ended before the app', { work: true }, 'cancel', ['close cancel', 'exit']],
  ['a machine that shuts down gets no other host', {}, 'shutdown', ['close shutdown', 'exit']],
  ['a person who is asked keeps the tests', { answer: 'keep' }, 'ask', ['ask', 'close keep', 'headless', 'exit']],
  ['a person who is asked ends the tests', { answer: 'cancel' }, 'ask', ['ask', 'close cancel', 'exit']],
  ['a person who is asked stays', { answer: null }, 'ask', ['ask']],
  ['without work nobody is asked', { work: false }, 'ask', ['close keep', 'exit']],
  ['a client of another host just goes', { own: false }, 'keep', ['exit']],
  ['a client asks the other host to end the tests', { own: false }, 'cancel', ['cancel elsewhere', 'exit']],
] as const)('%s', async (_name, options, tasks, expected) => {
  const { quit, done } = app(options);
  await quit(tasks);
  expect(done).toEqual(expected);
});

test('the app ends once, whoever else asks meanwhile', async () => {
  const { quit, done } = app({});
  await Promise.all([quit('keep'), quit('keep'), quit('cancel')]);
  expect(done).toEqual(['close keep', 'headless', 'exit']);
});

test('a machine that shuts down does not wait for an answer, and a person is asked once', async () => {
  const answer = Promise.withResolvers<'keep' | 'cancel' | null>();
  const { quit, done } = app({ answer: 'keep', asked: answer.promise });
  const first = quit('ask');
  void quit('ask');
  await quit('shutdown');
  expect(done).toEqual(['ask', 'close shutdown', 'exit']);
  answer.resolve('keep');
  await first;
  expect(done).toEqual(['ask', 'close shutdown', 'exit']);
});

test('the app ends also where the headless host does not start', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValueOnce(undefined);
  const { quit, done } = app({ goOn: () => Promise.reject(new Error('no node')) });
  await quit('keep');
  expect(done.at(-1)).toBe('exit');
  expect(error).toHaveBeenCalledOnce();
});

test('a host that was stopped from outside ends the app, and none is started instead', () => {
  const { hostClosed, done } = app({});
  hostClosed();
  expect(done).toEqual(['exit']);
});
