import { titleOf } from '../../../contract/test-title.ts';
import { QuarantineMenu } from '../../components/quarantine-menu.tsx';
import { useQuarantine } from '../../stores/quarantine.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import type { ShownTest } from './shown-tests.ts';

/** Whether a test that failed is in quarantine from now on: this run's verdict is drawn, the next one's is not. */
export function QuarantineOfTest({ project, test }: { project: string; test: ShownTest }) {
  const changes = useQuarantine((state) => state.changes);
  const { value } = useAnswer('listQuarantine', { project }, changes);
  if (value === null || value.problem !== null) return null;
  const title = titleOf(test);
  const isMeant = (entry: string, file: string | null) =>
    (file === null || file === test.filePath) && (entry === title || title.endsWith(` › ${entry}`));
  const held = value.entries.find((entry) => !entry.isExpired && isMeant(entry.test, entry.file ?? null));
  const named = held === undefined ? { title, file: test.filePath } : { title: held.test, file: held.file ?? null };
  return <QuarantineMenu project={project} test={named} until={held?.until ?? null} />;
}
