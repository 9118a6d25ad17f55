import { expect, test, vi } from 'vitest';
import type { Host } from '../host/host.ts';
import { quitter } from './quit.ts';

function app({ own = true, work = true, goOn = async () => {} }: { own?: boolean; work?: boolean; goOn?: () => Promise<void> }) {
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
    exit: () => done.push('exit'),
  });
  return { quit, hostClosed, done };
}

test.each([
  ['running tests go on under a headless host', { work: true }, 'keep', ['close keep', 'headless', 'exit']],
  ['without work nothing is left behind', { work: false }, 'keep', ['close keep', 'exit']],
  ['tests that shall end are ended before the app', { work: true }, 'cancel', ['close cancel', 'exit']],
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
