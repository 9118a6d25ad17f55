import { expect, test } from 'vitest';
import { TaskConfig, TaskRequest } from '../../contract/task.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import { sameAgain } from './same-again.ts';

test('run again asks for all that was asked for but the start, and the contract takes it', () => {
  const config = {
    ...aTask().config,
    cpuLimitPercent: 50,
    memoryLimitGb: 2,
    maxRetries: 2,
    retryOn: ['crash' as const],
    retryDelaySeconds: 5,
    noOutputTimeoutMinutes: 3,
    queueTimeoutMinutes: 60,
    memoryClaimGb: 1,
    startAt: 1,
    after: ['task_0k3x9q1c7b2m'],
    afterNeeds: 'passed' as const,
  };
  const request = sameAgain(aTask({ config }));
  const { startAt, after, afterNeeds, ...rest } = config;
  expect(request).toEqual(rest);
  expect(TaskRequest.parse(request)).toEqual(request);
  const left = Object.keys(TaskConfig.shape).filter((field) => !(field in request));
  expect(left).toEqual(['startAt', 'after', 'afterNeeds']); // a field that is new is asked for again, too
});
