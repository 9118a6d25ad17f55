import { X } from 'lucide-react';
import { useState } from 'react';
import type { Task } from '../../contract/task.ts';
import { call, sentenceOf } from '../agent.ts';
import { useNotice } from '../stores/notice.ts';

/** Asks the host to end a task. Answers whether it took that; if not, a notice says why. */
export async function cancelRun(task: Task): Promise<boolean> {
  try {
    await call('cancelTasks', { tasks: [task.id] });
    return true;
  } catch (error) {
    useNotice.setState({ text: `The run was not cancelled. ${sentenceOf(error)}` });
    return false;
  }
}

/** Asks the host to end a task; the task itself says when it is gone. */
export function CancelButton({ task }: { task: Task }) {
  const [asked, setAsked] = useState(false);
  const cancelling = asked || task.cancelRequestedAt !== null;
  const cancel = async () => {
    setAsked(true);
    if (!(await cancelRun(task))) setAsked(false);
  };
  return (
    <button
      type="button"
      className="btn btn--quiet btn--icon btn--s above"
      aria-label="Cancel run"
      title={cancelling ? 'Cancelling' : 'Cancel run'}
      disabled={cancelling}
      onClick={cancel}
    >
      <X className="icon icon--s" />
    </button>
  );
}
