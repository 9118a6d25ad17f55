import type { z } from 'zod';
import type { Refusal } from '../../contract/errors.ts';
import { TaskRequest } from '../../contract/task.ts';
import { refuseUnbuilt } from './not-built.ts';
import { describeIssues, refusal } from './problems.ts';

const KNOWN_KEYS = Object.keys(TaskRequest.shape);

/** A schema's complaints about a task request as a refusal: one sentence for each field, with the value given and what is allowed. */
export function taskRequestRefusal(error: z.ZodError, value: unknown): Refusal {
  return refusal(describeIssues(error.issues, value, { whole: 'the task', knownKeys: (path) => (path.length === 0 ? KNOWN_KEYS : []) }));
}

/**
 * What a client sent as a task request, checked. Nothing is converted: "30" is not a number.
 * Refuses (`invalid`) wrong values, missing and unknown fields, and fields that this version cannot honour yet.
 */
export function parseTaskRequest(value: unknown): TaskRequest {
  const parsed = TaskRequest.safeParse(value);
  if (!parsed.success) throw taskRequestRefusal(parsed.error, value);
  refuseUnbuilt(parsed.data);
  return parsed.data;
}
