import { ownEnvironment } from '../../agent/queue-task.ts';
import { newRequestId } from '../../contract/ids.ts';
import { EXIT } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { oneLine } from '../print.ts';
import { withSession } from '../session.ts';
import { plural } from '../words.ts';
import { queuedDocument } from './add.ts';
import { taskNamed } from './status.ts';

/** `bge2e retry ID`: queues an ended task again, or only its failed tests, and answers at once. */
export async function retry(
  id: string,
  { failed = false, client = process.env.BGE2E_CLIENT || undefined, json = false }: { failed?: boolean; client?: string; json?: boolean },
  additionalArgs: readonly string[],
): Promise<number> {
  const task = await withSession(async (session) => {
    await taskNamed(session, id); // in a home without history no host is started to refuse it
    const asked = { task: id, failed, additionalArgs: [...additionalArgs], environment: ownEnvironment(), client };
    return session.call('retryTask', { requestId: newRequestId(), ...asked });
  });
  process.stdout.write(json ? `${JSON.stringify(queuedDocument({ ...task, deduplicated: false }), null, 2)}\n` : queuedText(task));
  return EXIT.passed;
}

function queuedText({ number, id, config, rerun, rerunOnly }: Task): string {
  const what =
    rerunOnly === null || rerun === null ? `all of #${rerun?.number}` : `${plural(rerun.failed, 'failed test')} of #${rerun.number}`;
  const note = rerun?.note ? `${oneLine(rerun.note)}\n` : '';
  return `Queued ${oneLine(config.category)} as #${number}, ${id}: ${what}.\n${note}`;
}
