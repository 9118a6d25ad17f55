import { create } from 'zustand';
import type { KnownTest } from '../../contract/insights.ts';
import { call, sentenceOf } from '../agent.ts';
import { useNotice } from './notice.ts';

/** How often a quarantine was changed from this window: what was asked of the host about it may be another answer now. */
export const useQuarantine = create<{ changes: number }>(() => ({ changes: 0 }));

export type QuarantinedTest = Pick<KnownTest, 'title' | 'file'>;

/** Until that day is over, such as 2026-12-24, its failures make no verdict. */
export const quarantineUntil = (project: string, { title, file }: QuarantinedTest, until: string): Promise<void> =>
  change('The test was not put in quarantine.', () => call('quarantineTest', { project, test: title, file, until }));

/** Its failures make the verdict again. */
export const endQuarantine = (project: string, { title, file }: QuarantinedTest): Promise<void> =>
  change('The quarantine was not ended.', () => call('unquarantineTest', { project, test: title, file }));

async function change(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    useQuarantine.setState(({ changes }) => ({ changes: changes + 1 }));
  } catch (error) {
    useNotice.setState({ text: `${what} ${sentenceOf(error)}` });
  }
}
