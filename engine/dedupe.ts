import type { Task, TaskConfig } from '../contract/task.ts';
import type { Suite } from './runners/suite.ts';

/** What a configuration says of when and how urgently a task starts changes nothing of what it runs. */
const ORDER_ONLY = ['priority', 'queueTimeoutMinutes', 'cpuClaimCores', 'memoryClaimGb'] as const satisfies readonly (keyof TaskConfig)[];

/**
 * Would this task do again what the other one, which has not ended, does: the same suite with the same configuration on the same state
 * of the project? Where git cannot tell the state, one that waits will see today's files; one that runs may have seen others.
 */
export function isSameWork(
  task: Pick<Task, 'config' | 'git' | 'foreground'>,
  suite: Suite,
  other: Task,
  suiteOfOther: () => Suite,
): boolean {
  if (other.cancelRequestedAt !== null || other.foreground !== task.foreground) return false;
  if (essence(task.config) !== essence(other.config)) return false;
  const [tree, otherTree] = [task.git?.tree ?? null, other.git?.tree ?? null];
  if (tree !== otherTree || (tree === null && other.state.status !== 'queued')) return false;
  return canonical(suite) === canonical(suiteOfOther());
}

function essence(config: TaskConfig): string {
  const { after, ...rest } = config;
  for (const field of ORDER_ONLY) Reflect.deleteProperty(rest, field);
  return canonical({ ...rest, after: after.toSorted() });
}

/** JSON with the keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
