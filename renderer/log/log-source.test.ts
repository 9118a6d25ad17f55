import { expect, test, vi } from 'vitest';
import { shownLines } from './log-lines.ts';
import { openLog } from './log-source.ts';

const LOG = 'it runs\n';

// A host that looked at the log before the line was written, and began to tell of growth after it.
vi.mock('../agent.ts', () => ({
  listen: () => () => {},
  sentenceOf: String,
  call: async (method: string, { offset = 0 }: { offset?: number }) => {
    if (method === 'followLog') return { attempt: 1, size: 0, ended: false };
    return { text: LOG.slice(offset), offset, nextOffset: LOG.length, size: LOG.length, ended: false };
  },
}));

test('what was written while following began is shown, though nothing tells of it', async () => {
  const source = openLog('task_1', 1);
  await vi.waitFor(() => expect(source.store.getState().loaded).toBe(true));
  expect(shownLines(source.store.getState().log).map(({ raw }) => raw)).toEqual(['it runs']);
  source.close();
});
