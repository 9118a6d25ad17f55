import { RotateCw, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { isTerminal } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { sentenceOf } from '../../agent.ts';
import { cancelRun } from '../../components/cancel-button.tsx';
import { go, runHash } from '../../router.ts';
import { useNotice } from '../../stores/notice.ts';
import { retryTask } from '../../stores/submit.ts';

/** A click that was meant to cancel must not start a run that has ended meanwhile. */
const SETTLE_MS = 600;

/**
 * Cancels a run that goes on, and runs one again that has ended. One button for both, never disabled: so it keeps the focus when the one
 * becomes the other.
 */
export function RunAction({ task }: { task: Task }) {
  const ended = isTerminal(task.state.status);
  const [busy, setBusy] = useState(false);
  const endedWhileOpen = useRef(!ended);
  const settledAt = useRef(0);
  useEffect(() => {
    if (!ended) return;
    setBusy(false);
    if (endedWhileOpen.current) settledAt.current = Date.now() + SETTLE_MS;
  }, [ended]);
  const cancelling = !ended && (busy || task.cancelRequestedAt !== null);
  const waits = ended ? busy : cancelling;
  const press = async () => {
    if (waits || Date.now() < settledAt.current) return;
    setBusy(true);
    if (!ended) {
      if (!(await cancelRun(task))) setBusy(false);
      return;
    }
    try {
      const next = await retryTask(task, { failed: false });
      go(runHash(next.id));
    } catch (error) {
      useNotice.setState({ text: sentenceOf(error) });
    } finally {
      setBusy(false);
    }
  };
  const Icon = ended ? RotateCw : X;
  return (
    <button type="button" className="btn" aria-disabled={waits || undefined} onClick={press}>
      <Icon className="icon icon--s" />
      {ended ? 'Run again' : cancelling ? 'Cancelling…' : 'Cancel run'}
    </button>
  );
}
