import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CTRFReport } from 'ctrf';
import { z } from 'zod';
import { TestCase } from '../../contract/result.ts';
import { replaceFile } from '../store/replace-file.ts';
import { toTestCases } from './test-cases.ts';

/** Where an attempt's CTRF report is kept. */
export const reportPath = (attemptFolder: string) => join(attemptFolder, 'ctrf.json');
const testsPath = (attemptFolder: string) => join(attemptFolder, 'tests.json');

/** Keeps an attempt's report: as CTRF for other tools, and as the test cases that the window shows. */
export async function keepReport(attemptFolder: string, report: CTRFReport): Promise<void> {
  await replaceFile(reportPath(attemptFolder), JSON.stringify(report));
  await replaceFile(testsPath(attemptFolder), JSON.stringify(toTestCases(report.results.tests)));
}

/** The report that `keepReport` kept in an attempt's folder. */
export async function readKeptReport(attemptFolder: string): Promise<CTRFReport> {
  return JSON.parse(await readFile(reportPath(attemptFolder), 'utf8'));
}

/** The tests of a kept report, failed ones first; none where no report was kept. */
export async function readTests(attemptFolder: string): Promise<TestCase[]> {
  const text = await readFile(testsPath(attemptFolder), 'utf8').catch(() => '[]');
  return z.array(TestCase).parse(JSON.parse(text));
}
