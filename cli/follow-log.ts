import { followUntil } from '../agent/follow-until.ts';
import { isPassing } from '../agent/host-link.ts';
import type { HostClient } from '../client/client.ts';
import type { Result } from '../contract/api.ts';
import { droppedText } from '../contract/log.ts';
import { isTerminal } from '../contract/status.ts';
import type { Task } from '../contract/task.ts';

export type LogPiece = Result<'readLog'>;

export interface FollowLogOptions {
  connect(): Promise<HostClient>;
  taskId: string;
  /** The attempt to begin with. */
  attempt: number;
  /** Go on with the attempts after it. */
  andLater: boolean;
  /** Takes a piece; the next comes when it is done. */
  write(piece: LogPiece): Promise<void>;
  /** An attempt ended and another one follows; said once for each. */
  onBackOff?(task: Task): void;
  /** A later attempt's log begins. */
  onAttempt(attempt: number): void;
}

/**
 * Follows a task's log to its end, each byte once, also over the host's restarts. Answers the task as it then is. Throws a `Refusal`.
 */
export async function followLog({
  connect,
  taskId,
  attempt: first,
  andLater,
  write,
  onBackOff,
  onAttempt,
}: FollowLogOptions): Promise<Task> {
  const task = await followUntil<Task>({
    connect,
    start: (finish, fail) => {
      let attempt = first;
      let offset = 0;
      let client: HostClient | null = null;
      let reading = false;
      let again = false;
      let toldBackOffOf = 0;

      /** Reads what is there. One at a time; a call meanwhile is done after it. */
      const read = async (): Promise<void> => {
        again = true;
        if (reading) return;
        reading = true;
        try {
          while (again && client) {
            again = false;
            await readOn(client);
          }
        } finally {
          reading = false;
        }
      };
      const readOn = async (from: HostClient): Promise<void> => {
        for (;;) {
          const piece = await from.call('readLog', { task: taskId, attempt, offset });
          const grew = piece.nextOffset > offset;
          offset = piece.nextOffset;
          if (shownText(piece) !== '') await write(piece);
          if (grew) continue;
          if (!piece.ended) return;
          const { task: now } = await from.call('getTask', { task: taskId });
          const isLast = now.attempts.length <= attempt;
          if (!andLater || (isLast && isTerminal(now.state.status))) return finish(now);
          if (isLast) {
            // Between two attempts: an event follows.
            if (toldBackOffOf !== attempt) onBackOff?.(now);
            toldBackOffOf = attempt;
            return;
          }
          attempt += 1;
          offset = 0;
          onAttempt(attempt);
          await from.call('followLog', { task: taskId, attempt });
        }
      };
      const readOrFail = (from: HostClient) =>
        read().catch((error) => {
          // A lost connection is followed by another, and one that breaks right now does not know yet that it is closed.
          if (!from.closed && !isPassing(error)) fail(error);
        });

      return {
        onEvent: (event) => {
          if (event.taskId === taskId && client) void readOrFail(client);
        },
        onConnected: async (opened) => {
          client = opened;
          opened.on('logGrew', (grown) => {
            if (grown.taskId === taskId) void readOrFail(opened);
          });
          await opened.call('followLog', { task: taskId, attempt });
          await readOrFail(opened);
        },
      };
    },
  });
  if (task === null) throw new Error('Following a log has no deadline.');
  return task;
}

/** A piece as people see it: what was printed, or a line in the place of what was not kept. */
export const shownText = ({ text, offset, dropped }: LogPiece): string =>
  dropped ? droppedText({ from: Math.max(offset, dropped.from), to: dropped.to }) : text;

/** Writes to stdout and waits where its reader is slow. */
export function toStdout(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once('drain', resolve);
  });
}
