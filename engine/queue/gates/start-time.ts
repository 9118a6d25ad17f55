import type { Gate } from './gate.ts';

/** It was asked to start later. */
export const startTime: Gate = ({ startAt }, { now }) =>
  startAt === null || startAt <= now
    ? null
    : { kind: 'time', text: 'Waits for its start time', clock: { until: startAt }, wakeAt: startAt, letsOthersPass: true };
