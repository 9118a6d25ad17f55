import type { CTRFReport } from 'ctrf';
import type { TestCase } from '../../contract/result.ts';

export function toTestCases(_: CTRFReport): TestCase[] {
  return [];
}
