import type { Result } from '../../contract/api.ts';
import { trendsDocument } from '../../contract/insight-documents.ts';
import type { Trend } from '../../contract/insights.ts';
import { EXIT } from '../../contract/status.ts';
import { folderNamed } from '../folder.ts';
import { oneLine, onStdout, type Paint, shortened } from '../print.ts';
import { withSession } from '../session.ts';
import { causeText, duration, seconds, testName } from '../words.ts';
import { strip } from './flaky.ts';

export interface InsightsOptions {
  project?: string;
  env?: string;
  days: number;
  json?: boolean;
}

const SHOWN_TESTS = 5;
/** Nobody waits for a test that takes less. */
const WORTH_TELLING_MS = 50;

/** What is shown beside the trends of one suite. */
interface Suite {
  trend: Trend;
  flaky: Result<'getFlaky'>['tests'];
  /** Of the last run that failed; null where the last one did not. */
  causes: (Result<'getCauses'> & { number: number }) | null;
}

/** `bge2e insights [CATEGORY]`: how a project's suites have done. */
export async function insights(category: string | undefined, { project, env, days, json = false }: InsightsOptions): Promise<number> {
  const folder = folderNamed(project);
  const { trends, suites } = await withSession(async (session) => {
    if (!session.hasHistory) return { trends: { since: Date.now() - days * 86_400_000, suites: [] }, suites: [] };
    const trends = await session.call('getTrends', { project: folder, category, environment: env, days });
    if (json) return { trends, suites: [] };
    const { tests } = await session.call('getFlaky', { project: folder, category });
    const suites: Suite[] = [];
    for (const trend of trends.suites) {
      const last = trend.points.at(-1);
      const causes = last?.verdict === 'failed' ? await session.call('getCauses', { task: last.taskId }) : null;
      suites.push({
        trend,
        flaky: tests.filter((test) => test.category === trend.category && test.environments.includes(trend.environment)),
        causes: causes && last ? { ...causes, number: last.number } : null,
      });
    }
    return { trends, suites };
  });
  const { paint, columns } = onStdout();
  const text = suites.map((suite) => suiteText(suite, paint, columns)).join('\n');
  const nothing = `Nothing has ended here in the last ${days} days${category === undefined ? '' : ` of ${oneLine(category)}`}.\n`;
  process.stdout.write(json ? `${JSON.stringify(trendsDocument(trends), null, 2)}\n` : text || nothing);
  return EXIT.passed;
}

function suiteText({ trend, flaky, causes }: Suite, paint: Paint, columns: number | null): string {
  const { runs, passed, failed, passRate, durationP50Ms, durationP90Ms, waitP50Ms, waitP90Ms, meanCpuPercent, peakMemoryMb } = trend;
  const rate =
    passRate === null
      ? 'no runs'
      : `${Math.round(100 * passRate)} % of ${runs} runs passed (${failed} failed, ${trend.flaky} of ${passed} flaky)`;
  const both = (name: string, p50: number | null, p90: number | null) =>
    p50 === null || p90 === null ? null : `${name} ${duration(p50)}, 9 of 10 within ${duration(p90)}`;
  const needs = [
    meanCpuPercent === null ? null : `${Math.round(meanCpuPercent)} % of a core`,
    peakMemoryMb === null ? null : `${Math.round(peakMemoryMb)} MB at most`,
  ].filter((part) => part !== null);
  const lines = [
    `${paint('bold', oneLine(`${trend.category} in ${trend.environment}`))}: ${rate}`,
    `  ${strip(trend.points.slice(-40).map(letterOf).join(''), paint)}`,
    `  ${[both('takes', durationP50Ms, durationP90Ms), both('waits', waitP50Ms, waitP90Ms), ...needs].filter((part) => part !== null).join(' · ')}`,
  ];
  const list = (title: string, items: readonly string[]) => {
    if (items.length > 0) lines.push(`  ${title}`, ...items.slice(0, SHOWN_TESTS).map((item) => `    ${item}`));
  };
  list(`why #${causes?.number} failed`, (causes?.groups ?? []).map(causeText));
  list(
    'flaky',
    flaky.map((test) =>
      `${Math.max(1, Math.round(100 * test.rate))} %  ${testName(test)}${oneLine([' ', ...test.patterns].join('  '))}`.trimEnd(),
    ),
  );
  list(
    'got slower',
    trend.slower.map((test) => `${seconds(test.durationMs)}, was ${seconds(test.usualMs)}  ${testName(test)}`),
  );
  list(
    'slowest',
    trend.slowest
      .filter(({ durationP50Ms }) => durationP50Ms >= WORTH_TELLING_MS)
      .map((test) => `${seconds(test.durationP50Ms)}  ${testName(test)}`),
  );
  return `${lines.map((line) => (columns === null ? line : shortenedPainted(line, columns))).join('\n')}\n`;
}

/** Painted lines are short; of the others what is too long is cut. */
const shortenedPainted = (line: string, columns: number) => (line.includes('\u001b') ? line : shortened(line, columns));

function letterOf({ verdict, status }: Trend['points'][number]): string {
  if (status === 'cancelled') return 's';
  if (verdict === 'passed') return 'p';
  if (verdict === 'flaky') return 'k';
  return verdict === 'none' ? 's' : 'f';
}
