import { describe, expect, it } from 'vitest';
import { Content } from './content.ts';
import { countsOf, titleOf } from './ctrf.ts';
import { trxReader } from './trx.ts';

const read = (text: string) => trxReader.read(new Content(text), { file: 'out.trx', projectRoot: '/shop', exitCode: null });
const run = (results: string, rest = '') =>
  `<?xml version="1.0" encoding="utf-8"?>\n<TestRun id="r" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">${rest}<Results>${results}</Results></TestRun>`;
const outcome = (value: string, inside = '') =>
  `<UnitTestResult testId="t1" testName="Shop.CartTests.Adds" duration="00:00:01.2345678" outcome="${value}">${inside}</UnitTestResult>`;

// As `dotnet test --logger trx` writes it.
const VSTEST = run(
  `<UnitTestResult executionId="e1" testId="t1" testName="Shop.Tests.CartTests.Adds" computerName="CI" duration="00:00:00.0123000" startTime="2026-03-02T10:11:12.1234567+01:00" endTime="2026-03-02T10:11:12.1357567+01:00" testType="13cdc9d9-ddb5-4fa4-a97d-d965ccfc6d4b" outcome="Passed" testListId="8c84fa94-04c1-424b-9868-57a2d4851a1d" relativeResultsDirectory="e1" />
   <UnitTestResult executionId="e2" testId="t2" testName="Shop.Tests.CartTests.Removes" duration="00:01:00.5" outcome="Failed"><Output><StdOut>hello</StdOut><ErrorInfo><Message>Assert.Equal() Failure
Expected: 1
Actual:   2</Message><StackTrace>   at Shop.Tests.CartTests.Removes() in /shop/tests/CartTests.cs:line 21
   at System.Invoke()</StackTrace></ErrorInfo></Output></UnitTestResult>
   <UnitTestResult executionId="e3" testId="t3" testName="Shop.Tests.CartTests.Later" outcome="NotExecuted"><Output><ErrorInfo><Message>not built</Message></ErrorInfo></Output></UnitTestResult>`,
  `<Times creation="2026-03-02T10:11:10Z" queuing="2026-03-02T10:11:10Z" start="2026-03-02T10:11:11Z" finish="2026-03-02T10:11:14Z" />
   <TestDefinitions>${[1, 2, 3].map((id) => `<UnitTest name="x" storage="shop.tests.dll" id="t${id}"><Execution id="e${id}" /><TestMethod codeBase="Shop.Tests.dll" adapterTypeName="executor://xunit" className="Shop.Tests.CartTests, Shop.Tests, Version=1.0.0.0" name="x" /></UnitTest>`).join('')}</TestDefinitions>
   <ResultSummary outcome="Failed"><Counters total="99" executed="98" passed="97" failed="1" /><RunInfos><RunInfo computerName="CI" outcome="Error" timestamp="2026-03-02"><Text>[xUnit.net 00:00:00.52]     Shop.Tests.CartTests.Removes [FAIL]</Text></RunInfo></RunInfos></ResultSummary>`,
);

describe('TRX', () => {
  it('names tests by class, with message, place, time and the span of the run; its counters are not believed', () => {
    const { tests, start, stop, incomplete } = read(VSTEST);
    expect(countsOf(tests)).toEqual({ total: 3, passed: 1, failed: 1, skipped: 1, flaky: 0 });
    expect(tests).toMatchObject([
      { name: 'Adds', suite: ['Shop.Tests.CartTests'], status: 'passed', duration: 12, start: Date.parse('2026-03-02T09:11:12.123Z') },
      {
        name: 'Removes',
        status: 'failed',
        duration: 60_500,
        message: 'Assert.Equal() Failure\nExpected: 1\nActual:   2',
        filePath: 'tests/CartTests.cs',
        line: 21,
      },
      { name: 'Later', status: 'skipped', message: 'not built' },
    ]);
    expect(tests.map(titleOf)[1]).toBe('Shop.Tests.CartTests › Removes');
    expect([start, stop, incomplete]).toEqual([Date.parse('2026-03-02T10:11:11Z'), Date.parse('2026-03-02T10:11:14Z'), false]);
  });

  it.each([
    ...['Passed', 'PassedButRunAborted', 'Completed', 'Warning'].map((one) => [one, 'passed']),
    ...['NotExecuted', 'Inconclusive', 'Pending'].map((one) => [one, 'skipped']),
    ...['Failed', 'Error', 'Timeout', 'Aborted', 'Disconnected', 'InProgress', 'NotRunnable', '', 'Exploded'].map((one) => [one, 'failed']),
  ])('takes the outcome "%s" for %s', (value, status) =>
    expect(read(run(outcome(value))).tests).toMatchObject([{ status, duration: 1235 }]),
  );

  it('counts the rows of a data-driven test, not the test that holds them', () => {
    const row = (name: string, value: string) => `<UnitTestResult testName="${name}" outcome="${value}" resultType="DataDrivenDataRow" />`;
    const driven = (outer: string, ...rows: string[]) =>
      run(
        `<UnitTestResult testName="Pays" outcome="${outer}" resultType="DataDrivenTest"><InnerResults>${rows.join('')}</InnerResults></UnitTestResult>`,
      );
    const { tests } = read(driven('Failed', row('Pays (card)', 'Passed'), row('Pays (cash)', 'Failed')));
    expect(tests).toMatchObject([
      { suite: ['Pays'], name: 'Pays (card)', status: 'passed' },
      { name: 'Pays (cash)', status: 'failed' },
    ]);
    // What failed around the rows is no row, and not lost.
    expect(read(driven('Failed', row('Pays (card)', 'Passed'))).tests).toMatchObject([
      { status: 'passed' },
      { name: 'Pays', status: 'other' },
    ]);
  });

  it('keeps errors of the run as ones outside of tests, and its warnings', () => {
    const summary = (text: string, kind: string) =>
      `<ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="${kind}"><Text>${text}</Text></RunInfo></RunInfos></ResultSummary>`;
    expect(
      read(
        `${run(outcome('Passed')).replace('</TestRun>', `${summary('The active test run was aborted. Reason: Test host process crashed', 'Error')}</TestRun>`)}`,
      ).tests[1],
    ).toMatchObject({
      status: 'other',
      message: 'The active test run was aborted. Reason: Test host process crashed',
    });
    expect(read(run(outcome('Failed')).replace('</TestRun>', `${summary('slow disk', 'Warning')}</TestRun>`))).toMatchObject({
      tests: [{ status: 'failed' }],
      warnings: ['out.trx: slow disk'],
    });
  });

  it('does not pass where the run ended as aborted, or counts failures that are not there', () => {
    const ended = (summary: string) => read(run(outcome('Passed')).replace('</TestRun>', `${summary}</TestRun>`));
    expect(ended('<ResultSummary outcome="Aborted" />').tests[1]).toMatchObject({
      status: 'other',
      message: 'The run ended as Aborted although no test failed.',
    });
    expect(ended('<ResultSummary outcome="Completed"><Counters failed="2" /></ResultSummary>')).toMatchObject({
      incomplete: true,
      warnings: ['out.trx counts 2 failures but names no failed test.'],
    });
  });

  it('is told by its root, whatever its prefix', () => {
    const detects = (text: string) => trxReader.detect(new Content(text));
    expect([VSTEST, '<t:TestRun xmlns:t="x"/>', '\ufeff<!-- a --><TestRun/>'].map(detects)).toEqual([true, true, true]);
    expect(['<testsuite/>', '<TestRuns/>', '{"TestRun": 1}'].map(detects)).toEqual([false, false, false]);
  });

  it('is refused with the place where it is no XML', () => {
    expect(() => read('<TestRun>\n<Results>')).toThrow('out.trx ends in line 2, before its tags were closed: it was cut off');
  });
});

it('is not what CppUnit writes, whose root has the same name', () => {
  expect(
    trxReader.detect(
      new Content('<?xml version="1.0"?><TestRun><FailedTests><FailedTest id="1"><Name>a</Name></FailedTest></FailedTests></TestRun>'),
    ),
  ).toBe(false);
  expect(trxReader.detect(new Content('<TestRun id="r"><Results/></TestRun>'))).toBe(true);
});

it('passes over what a run says once more of its tests: that some were skipped, and that some failed', () => {
  const said = (kind: string, text: string) =>
    `<ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="${kind}"><Text>${text}</Text></RunInfo></RunInfos></ResultSummary>`;
  const SKIP = said('Warning', '[xUnit.net 00:00:00.54]     Shop.CartTests.Later [SKIP]');
  const EXIT = said(
    'Error',
    "Exit code indicates failure: '2'. Please refer to https://aka.ms/testingplatform/exitcodes for more information.",
  );
  expect(read(run(outcome('Failed'), SKIP)).warnings).toEqual([]);
  expect(read(run(outcome('Failed'), EXIT)).tests).toHaveLength(1);
  expect(read(run(outcome('Passed'), EXIT)).tests).toMatchObject([{ status: 'passed' }, { status: 'other' }]);
});
