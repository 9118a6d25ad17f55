import { assertNever } from '../../contract/errors.ts';
import type { ExportFormat } from '../../contract/result.ts';
import { failedInQuarantine } from '../quarantine/mark.ts';
import { ctrfReport } from '../reports/ctrf.ts';
import { toTestCase } from '../reports/test-cases.ts';
import { type Exported, quarantineOf } from './exported.ts';
import { toHtml } from './html.ts';
import { toJunit } from './junit.ts';
import { toMarkdown } from './markdown.ts';

/** A result in a format of others. Names and messages of tests are text in each of them, never markup. */
export function exportResult(exported: Exported, format: ExportFormat): string {
  switch (format) {
    case 'ctrf':
      return `${JSON.stringify(toCtrf(exported), null, 2)}\n`;
    case 'junit':
      return toJunit(exported);
    case 'html':
      return toHtml(exported);
    case 'markdown':
      return toMarkdown(exported);
    default:
      return assertNever(format);
  }
}

/** The kept report, with what is known of the run itself, and `extra.quarantined` at the tests that failed in quarantine. */
export function toCtrf({ task, report }: Exported): ReturnType<typeof ctrfReport> {
  const endedAt = 'endedAt' in task.state ? task.state.endedAt : task.state.queuedAt;
  const base = report ?? ctrfReport({ name: task.runner }, [], task.state.queuedAt, endedAt);
  const environment = {
    appName: task.projectName,
    testEnvironment: task.config.environment,
    ...(task.git === null ? {} : { commit: task.git.commit, ...(task.git.branch === null ? {} : { branchName: task.git.branch }) }),
    extra: { taskId: task.id, category: task.config.category, status: task.state.status, verdict: task.verdict, error: task.error },
  };
  const isHeld = failedInQuarantine(quarantineOf(task));
  const tests = base.results.tests.map((test) =>
    isHeld(toTestCase(test)) ? { ...test, extra: { ...test.extra, quarantined: true } } : test,
  );
  return { ...base, results: { ...base.results, tests, environment } };
}
