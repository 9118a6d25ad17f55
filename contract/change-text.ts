import { isGreen } from './status.ts';
import type { Task } from './task.ts';

/**
 * What an ended task changed, in words: `3 new failures, 1 fixed, 2 known flaky`, `Still failing: 3, since #38`, `Recovered after 2 failed
 * runs`. null where there is nothing to compare with, or nothing changed.
 */
export function changeText(task: Task): string | null {
  const { change } = task;
  if (!change || change.base === null) return null;
  const flaky = change.knownFlaky > 0 ? `${change.knownFlaky} known flaky` : null;
  if (isGreen(task) && change.recoveredAfter > 0)
    return joined([`Recovered after ${change.recoveredAfter} failed ${change.recoveredAfter === 1 ? 'run' : 'runs'}`, flaky]);
  const since = change.since === null ? null : `since #${change.since}`;
  if (change.new === 0 && change.fixed === 0 && change.stillFailing > 0)
    return joined([`Still failing: ${change.stillFailing}`, since, flaky]);
  return joined([
    change.new > 0 ? `${change.new} new ${change.new === 1 ? 'failure' : 'failures'}` : null,
    change.fixed > 0 ? `${change.fixed} fixed` : null,
    change.stillFailing > 0 ? `${change.stillFailing} still failing` : null,
    flaky,
  ]);
}

const joined = (parts: readonly (string | null)[]) => parts.filter((part) => part !== null).join(', ') || null;
