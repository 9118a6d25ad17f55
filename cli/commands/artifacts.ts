import { ownEnvironment } from '../../agent/queue-task.ts';
import type { Result } from '../../contract/api.ts';
import type { Artifact, ArtifactKind } from '../../contract/artifact.ts';
import { Refusal } from '../../contract/errors.ts';
import { toSnakeCase } from '../../contract/json.ts';
import { EXIT } from '../../contract/status.ts';
import { type Cell, onStdout, type Paint, table } from '../print.ts';
import { type Session, withSession } from '../session.ts';
import { sizeText } from '../words.ts';
import { taskNamed } from './status.ts';

/** `bge2e artifacts ID`: what a run left, and where it lies. */
export async function artifacts(name: string, { attempt, json = false }: { attempt?: number; json?: boolean }): Promise<number> {
  return withSession(async (session) => {
    const { task } = await taskNamed(session, name);
    const listed = await session.call('listArtifacts', { task: task.id, attempt });
    process.stdout.write(json ? `${JSON.stringify(toSnakeCase(listed), null, 2)}\n` : artifactsText(listed, onStdout()));
    return EXIT.passed;
  });
}

function artifactsText({ artifacts: list }: Result<'listArtifacts'>, { paint }: { paint: Paint }): string {
  if (list.length === 0) return 'It left no artifacts. `artifacts` of a category in background-e2e.yaml names what to keep.\n';
  const rows = list.map(({ kind, bytes, test, file }): (Cell | string)[] => [
    kind,
    { text: sizeText(bytes), right: true },
    test ?? '',
    file,
  ]);
  // A path that was cut is worth nothing.
  return table(['KIND', 'SIZE', 'TEST', 'FILE'], rows, { elastic: 2, columns: null, paint });
}

/** Shows a run's trace or page outside of the app: of several the one of a failed test, else the first. */
export async function openArtifact(
  session: Session,
  name: string,
  kind: Extract<ArtifactKind, 'trace' | 'report'>,
  json: boolean,
): Promise<number> {
  const { task } = await taskNamed(session, name);
  const { artifacts: list, attempt } = await session.call('listArtifacts', { task: task.id });
  const ofKind = list.filter((one) => one.kind === kind);
  const chosen: Artifact | undefined = ofKind.find(({ test }) => test !== null && task.failedTests.includes(test)) ?? ofKind[0];
  if (!chosen) throw new Refusal('not_found', `#${task.number} left no ${kind}. "bge2e artifacts ${task.id}" lists what it left.`);
  const { commandLine } = await session.call('openArtifact', { task: task.id, attempt, path: chosen.path, environment: ownEnvironment() });
  const others = ofKind.length > 1 ? ` It is one of ${ofKind.length}; "bge2e artifacts ${task.id}" lists them.` : '';
  process.stdout.write(
    json ? `${JSON.stringify({ opened: kind, file: chosen.file, command: commandLine })}\n` : `Opened ${chosen.file}.${others}\n`,
  );
  return EXIT.passed;
}
