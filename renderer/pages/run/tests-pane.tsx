import { TriangleAlert } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import type { Artifact } from '../../../contract/artifact.ts';
import type { Progress } from '../../../contract/result.ts';
import { isTerminal } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { attemptOf, refreshTests, useRun } from '../../stores/run.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { shownTests } from './shown-tests.ts';
import { KnownTests } from './test-groups.ts';
import { TestList } from './test-list.tsx';

/** The tests of an attempt: what failed first, and its message open. */
export function TestsPane({ task, progress, artifacts }: { task: Task; progress: Progress | null; artifacts: readonly Artifact[] }) {
  const result = useRun((state) => state.tests);
  const error = useRun((state) => state.testsError);
  const attempt = useRun(attemptOf);
  const ended = isTerminal(task.state.status);
  const done = progress?.done ?? 0;
  // What has ended so far is in the report that grows; it is asked for again as tests end.
  useEffect(() => (done > 0 ? refreshTests() : undefined), [done]);
  const tests = useMemo(
    () => shownTests(result?.tests ?? [], ended ? [] : (progress?.failures ?? [])),
    [result, ended, progress?.failures],
  );
  const hasFailed = ended && tests[0]?.status === 'failed';
  const { value: causes } = useAnswer('getCauses', hasFailed ? { task: task.id, attempt } : null);
  const { value: strips } = useAnswer('getTestStrips', ended && tests.length > 0 ? { task: task.id } : null);
  const { value: comparison } = useAnswer('compareRuns', hasFailed ? { task: task.id } : null);
  const known = useMemo(() => new KnownTests(strips?.tests ?? [], comparison?.base ? comparison.newFailures : []), [strips, comparison]);
  const own = task.attempts[attempt - 1]?.warnings ?? [];
  const warnings = [...new Set([...(result?.warnings ?? []), ...own])];
  return (
    <>
      {warnings.length > 0 && (
        <ul className="notes" aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>
              <TriangleAlert className="icon icon--s" />
              {warning}
            </li>
          ))}
        </ul>
      )}
      {tests.length > 0 ? (
        <TestList
          key={attempt}
          task={task}
          attempt={attempt}
          tests={tests}
          causes={hasFailed ? causes : null}
          known={known}
          artifacts={artifacts}
        />
      ) : (
        <Nothing task={task} loading={result === null && error === null && attempt > 0} error={error} />
      )}
    </>
  );
}

function Nothing({ task, loading, error }: { task: Task; loading: boolean; error: string | null }) {
  if (loading) return null;
  if (!isTerminal(task.state.status))
    return <p className="quiet">{task.state.status === 'queued' ? 'Tests are listed here as they end.' : 'No test has ended yet.'}</p>;
  if (error !== null) return <p className="quiet">{error}</p>;
  return (
    <div className="empty">
      <div>
        <h2>No tests were found</h2>
        <p>
          {task.error ?? 'The runner left no report of this attempt, so nobody can say that anything passed.'} The log shows what it wrote.
        </p>
      </div>
    </div>
  );
}
