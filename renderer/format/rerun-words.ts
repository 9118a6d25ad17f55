import type { RerunOutcome } from '../../contract/rerun.ts';
import { count } from './units.ts';

/** `: 2 fixed, 1 still fails`: what became of the tests that had failed; empty while nobody knows. */
export function rerunParts(outcome: RerunOutcome | null): string {
  if (outcome === null) return '';
  const { fixed, stillFailing, newFailures, notRun } = outcome.counts;
  const parts = [
    fixed > 0 ? `${fixed} fixed` : '',
    stillFailing > 0 ? `${stillFailing} still ${stillFailing === 1 ? 'fails' : 'fail'}` : '',
    newFailures > 0 ? count(newFailures, 'new failure') : '',
    notRun > 0 ? `${notRun} did not run` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
