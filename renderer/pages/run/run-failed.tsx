import { useEffect, useRef } from 'react';
import type { Task } from '../../../contract/task.ts';
import { sentenceOf } from '../../agent.ts';
import { Kbd } from '../../components/buttons.tsx';
import { isTyping } from '../../components/row-keys.ts';
import { go, runHash, useRoute } from '../../router.ts';
import { useNotice } from '../../stores/notice.ts';
import { retryTask } from '../../stores/submit.ts';

/** Runs what failed again, and nothing else: R. Not there where nothing failed. */
export function RunFailed({ task }: { task: Task }) {
  const failed = task.counts?.failed ?? 0;
  const busy = useRef(false);
  const run = useRef(async () => {});
  run.current = async () => {
    if (busy.current || failed === 0) return;
    busy.current = true;
    try {
      go(runHash((await retryTask(task, { failed: true })).id));
    } catch (error) {
      useNotice.setState({ text: sentenceOf(error) });
    } finally {
      busy.current = false;
    }
  };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !event.repeat;
      if (event.key !== 'r' || !isPlain || isTyping(event.target) || useRoute.getState().sheet) return;
      void run.current();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  if (failed === 0) return null;
  return (
    <button type="button" className="btn btn--primary" aria-keyshortcuts="R" onClick={() => run.current()}>
      Run {failed} failed
      <Kbd>R</Kbd>
    </button>
  );
}
