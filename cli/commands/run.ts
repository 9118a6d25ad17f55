import { connectOrStart } from '../../client/start-host.ts';
import { resultDocument } from '../../contract/documents.ts';
import { EXIT, exitCodeFor } from '../../contract/status.ts';
import { endedText } from '../ended-text.ts';
import { followLog, shownText, toStdout } from '../follow-log.ts';
import { hasColours, oneLine, painter } from '../print.ts';
import { CLIENT_NAME, type Session, withSession } from '../session.ts';
import { backOffText } from '../words.ts';
import { queue, requestFor, type TaskOptions } from './add.ts';

/**
 * `bge2e run`: outside the slots, with its output, ended by Ctrl-C. What the tests print goes to stdout (with `--json` to stderr,
 * so that stdout is the result alone).
 */
export async function run(category: string, options: TaskOptions, additionalArgs: readonly string[]): Promise<number> {
  return withSession(async (session) => {
    const interrupted = interruption(session);
    try {
      const queued = await queue(session, requestFor(category, options, additionalArgs), { foreground: true });
      interrupted.cancels(queued.id);
      process.stderr.write(`Running ${queued.config.category} as #${queued.number}, ${queued.id}. Ctrl-C cancels it.\n`);
      const { waiting } = await session.call('getTask', { task: queued.id });
      if (waiting !== null) process.stderr.write(`${oneLine(waiting)}\n`);
      const log = options.json ? toStderr : toStdout;
      const task = await followLog({
        connect: () => connectOrStart(session.home, CLIENT_NAME),
        taskId: queued.id,
        attempt: 1,
        andLater: true,
        write: (piece) => log(shownText(piece)),
        onBackOff: (task) => process.stderr.write(`— ${backOffText(task, Date.now()) ?? 'another attempt follows'} —\n`),
        onAttempt: (attempt) => process.stderr.write(`— attempt ${attempt} of ${queued.config.maxRetries + 1} —\n`),
      });
      if (options.json) process.stdout.write(`${JSON.stringify(resultDocument(task), null, 2)}\n`);
      else process.stderr.write(endedText(task, painter(hasColours(process.stderr))));
      return exitCodeFor(task);
    } finally {
      interrupted.stop();
    }
  });
}

async function toStderr(text: string): Promise<void> {
  process.stderr.write(text);
}

/** Ctrl-C and SIGTERM cancel the task, as soon as it has an id; another one leaves it to end alone. */
function interruption(session: Session): { cancels(taskId: string): void; stop(): void } {
  let taskId: string | null = null;
  let asked = false;
  const cancel = () => {
    if (taskId === null || !asked) return;
    session
      .call('cancelTasks', { tasks: [taskId] })
      .catch((error: Error) => process.stderr.write(`It could not be cancelled: ${error.message}\n`));
  };
  const onSignal = () => {
    if (asked) {
      process.stderr.write('Left; the task is being cancelled.\n');
      process.exit(EXIT.cancelled);
    }
    asked = true;
    process.stderr.write('\nCancelling, with a grace of some seconds. Ctrl-C again leaves at once.\n');
    cancel();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    cancels(id) {
      taskId = id;
      cancel();
    },
    stop() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
