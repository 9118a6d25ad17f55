import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, figure } from './figure.ts';
import { bge2e } from './queues/ours.ts';

const RUNS = 7;
const CASES = 50_000;
const PER_SUITE = 500;
const HUGE_BYTES = 200 * 1024 * 1024;

/** Each process of the command says at its end what it took. */
const SAYS_USAGE = `data:text/javascript,${encodeURIComponent(`
  import { writeFileSync } from 'node:fs';
  process.on('exit', () => writeFileSync(process.env.BENCH_USAGE + '/' + process.pid, JSON.stringify(process.resourceUsage())));`)}`;

/** `bge2e report` of 50,000 JUnit cases, passed ones and failed ones with a trace each, and of a file that is too large. */
export async function reportFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bge2e-bench-reports-'));
  try {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const passed = file('passed.xml', junit(false));
    const failed = file('failed.xml', junit(true));
    const huge = file('huge.xml', '<testsuite>');
    truncateSync(huge, HUGE_BYTES);
    return [
      ...figuresOf('50,000 passed JUnit cases', ['report', passed], 0),
      ...figuresOf('50,000 failed JUnit cases with traces', ['report', failed], 1),
      ...figuresOf('50,000 failed JUnit cases as JSON', ['report', '--json', failed], 1),
      ...figuresOf('a report of 200 MB, refused', ['report', huge], 2),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function figuresOf(what: string, args: readonly string[], exitCode: number): Figure[] {
  const measured = Array.from({ length: RUNS }, () => measure(args, exitCode));
  return [
    figure(
      `${what}, bge2e report`,
      'ms',
      measured.map(({ ms }) => ms),
    ),
    figure(
      `${what}, CPU time of all its processes`,
      'ms',
      measured.map(({ cpuMs }) => cpuMs),
    ),
    figure(
      `${what}, peak memory of its largest process`,
      'MiB',
      measured.map(({ largest }) => largest),
    ),
    figure(
      `${what}, the peaks of all its processes together`,
      'MiB',
      measured.map(({ together }) => together),
    ),
  ];
}

function measure(args: readonly string[], exitCode: number): { ms: number; cpuMs: number; largest: number; together: number } {
  const usageIn = mkdtempSync(join(tmpdir(), 'bge2e-bench-usage-'));
  const env = { ...process.env, BENCH_USAGE: usageIn, NODE_OPTIONS: `--import=${SAYS_USAGE}` };
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [bge2e, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const ms = performance.now() - begun;
  if (status !== exitCode) throw new Error(`bge2e ${args.join(' ')} ended with ${status} instead of ${exitCode}: ${stderr}`);
  const usages = readdirSync(usageIn).map((name): NodeJS.ResourceUsage => JSON.parse(readFileSync(join(usageIn, name), 'utf8')));
  rmSync(usageIn, { recursive: true });
  const memory = usages.map(({ maxRSS }) => maxRSS / 1024);
  const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
  const cpuMs = sum(usages.map(({ userCPUTime, systemCPUTime }) => (userCPUTime + systemCPUTime) / 1000));
  return { ms, cpuMs, largest: Math.max(...memory), together: sum(memory) };
}

function junit(failed: boolean): string {
  const suites = Array.from({ length: CASES / PER_SUITE }, (_, suite) => {
    const file = `tests/page-${suite}.spec.ts`;
    const cases = Array.from({ length: PER_SUITE }, (__, n) => {
      const begin = `<testcase classname="${file}" name="checkout ${suite} › pays by card ${n}" time="0.${n}"`;
      return failed ? `${begin}><failure message="expected 3, got ${n}">${traceIn(file, n)}</failure></testcase>` : `${begin}/>`;
    });
    return `<testsuite name="${file}" tests="${PER_SUITE}">\n${cases.join('\n')}\n</testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

const traceIn = (file: string, line: number) =>
  `Error: expected 3, got ${line}\n    at ${file}:${line}:11\n${'    at runTest (node_modules/jest-circus/build/run.js:121:5)\n'.repeat(8)}`;
