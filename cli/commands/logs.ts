import { connectOrStart } from '../../client/start-host.ts';
import { EXIT } from '../../contract/status.ts';
import type { TaskDetail } from '../../contract/views.ts';
import { followLog, type LogPiece, shownText, toStdout } from '../follow-log.ts';
import { CLIENT_NAME, type Session, withSession } from '../session.ts';
import { taskNamed } from './status.ts';

const PIECE_BYTES = 1_048_576;

export interface LogsOptions {
  follow?: boolean;
  attempt?: number;
  json?: boolean;
}

/** `bge2e logs ID`: what a run printed, byte for byte. With `-f` until it ends, over its attempts. `--json` prints a line per piece. */
export async function logs(name: string, { follow = false, attempt, json = false }: LogsOptions): Promise<number> {
  return withSession(async (session) => {
    const detail = await taskNamed(session, name);
    const { task } = detail;
    const write = (piece: LogPiece) => toStdout(json ? `${JSON.stringify(pieceDocument(task.id, piece))}\n` : shownText(piece));
    if (!follow) return print(session, detail, attempt, write);
    await followLog({
      connect: () => connectOrStart(session.home, CLIENT_NAME),
      taskId: task.id,
      attempt: attempt ?? Math.max(1, task.attempts.length),
      andLater: attempt === undefined,
      write,
      onAttempt: (next) => process.stderr.write(`— attempt ${next} of ${task.config.maxRetries + 1} —\n`),
    });
    return EXIT.passed;
  });
}

async function print(
  session: Session,
  { task }: TaskDetail,
  attempt: number | undefined,
  write: (piece: LogPiece) => Promise<void>,
): Promise<number> {
  let offset = 0;
  let size = 0;
  for (;;) {
    const piece = await session.call('readLog', { task: task.id, attempt, offset, limit: PIECE_BYTES });
    if (shownText(piece) !== '') await write(piece);
    if (piece.nextOffset <= offset) break;
    offset = piece.nextOffset;
    size = piece.size;
    if (offset >= size) break; // what comes meanwhile is for `-f`
  }
  if (size === 0)
    process.stderr.write(
      task.state.status === 'queued' ? 'It has not started yet. With -f this waits for its output.\n' : 'It has printed nothing.\n',
    );
  return EXIT.passed;
}

const pieceDocument = (taskId: string, { attempt, text, offset, nextOffset, size, ended, dropped = null }: LogPiece) => ({
  task_id: taskId,
  attempt,
  text,
  offset,
  next_offset: nextOffset,
  size,
  ended,
  dropped,
});
