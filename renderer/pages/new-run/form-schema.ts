import { z } from 'zod';
import type { FieldIssue } from '../../../contract/errors.ts';
import { fieldName, propertyName } from '../../../contract/json.ts';
import { RetryReason, TaskRequest } from '../../../contract/task.ts';
import { quoteArgument, splitArguments } from '../../format/arguments.ts';

export const STARTS = ['now', 'at', 'after', 'repeat'] as const;
export type Start = (typeof STARTS)[number];

/** What is typed, as it is typed. Empty means: what the category says. */
export const FormValues = z.object({
  project: z.string(),
  category: z.string(),
  environment: z.string(),
  timeoutMinutes: z.string(),
  maxRetries: z.string(),
  cpuLimitPercent: z.string(),
  memoryLimitGb: z.string(),
  retryOn: z.array(RetryReason),
  retryDelaySeconds: z.string(),
  noOutputTimeoutMinutes: z.string(),
  queueTimeoutMinutes: z.string(),
  failFast: z.string(),
  priority: z.string(),
  additionalArgs: z.string(),
  envVars: z.array(z.object({ name: z.string(), value: z.string() })),
  start: z.enum(STARTS),
  /** Local, as the browser's control writes it: `2026-05-12T22:00`. */
  startAt: z.string(),
  /** The id of the task that it follows. */
  after: z.string(),
  afterPassed: z.boolean(),
  /** Answered by the task that does the same already, where there is one. */
  dedupe: z.boolean(),
  cron: z.string(),
  runMissed: z.boolean(),
});
export type FormValues = z.infer<typeof FormValues>;
export type FormField = keyof FormValues;

export const emptyForm: FormValues = {
  project: '',
  category: '',
  environment: '',
  timeoutMinutes: '',
  maxRetries: '',
  cpuLimitPercent: '',
  memoryLimitGb: '',
  retryOn: [],
  retryDelaySeconds: '',
  noOutputTimeoutMinutes: '',
  queueTimeoutMinutes: '',
  failFast: '',
  priority: '',
  additionalArgs: '',
  envVars: [],
  start: 'now',
  startAt: '',
  after: '',
  afterPassed: false,
  dedupe: false,
  cron: '',
  runMissed: true,
};

/** How the fields are called in sentences about them. */
export const FIELD_NAMES: Readonly<Record<FormField, string>> = {
  project: 'Project',
  category: 'Category',
  environment: 'Environment',
  timeoutMinutes: 'Timeout',
  maxRetries: 'Retries',
  cpuLimitPercent: 'CPU',
  memoryLimitGb: 'Memory',
  retryOn: 'Retry on',
  retryDelaySeconds: 'Retry after',
  noOutputTimeoutMinutes: 'Silent at most',
  queueTimeoutMinutes: 'Waits at most',
  failFast: 'Stop after',
  priority: 'Priority',
  additionalArgs: 'Arguments',
  envVars: 'Variables',
  start: 'Start',
  startAt: 'Start time',
  after: 'The task before',
  afterPassed: 'Only if it passes',
  dedupe: 'Not if the same already waits or runs',
  cron: 'The pattern',
  runMissed: 'Missed runs',
};

// What is no number becomes NaN, so that the contract's own rule about the field is the answer.
const numberOf = (text: string) => (text.trim() === '' ? undefined : Number(text.replace(',', '.')));

function requestOf(values: FormValues, ctx: z.RefinementCtx<FormValues>): z.input<typeof TaskRequest> {
  const args = splitArguments(values.additionalArgs);
  if (!args.ok) ctx.addIssue({ code: 'custom', path: ['additionalArgs'], message: args.message });
  const vars = values.envVars
    .map(({ name, value }) => ({ name: name.trim(), value }))
    .filter(({ name, value }) => name !== '' || value !== '');
  const names = vars.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) ctx.addIssue({ code: 'custom', path: ['envVars'], message: `has ${twice} twice; keep one of them` });
  return {
    ...startOf(values, ctx),
    project: values.project.trim(),
    category: values.category,
    environment: values.environment.trim() || undefined,
    timeoutMinutes: numberOf(values.timeoutMinutes),
    maxRetries: numberOf(values.maxRetries),
    cpuLimitPercent: numberOf(values.cpuLimitPercent),
    memoryLimitGb: numberOf(values.memoryLimitGb),
    retryOn: values.retryOn.length > 0 ? values.retryOn : undefined,
    retryDelaySeconds: numberOf(values.retryDelaySeconds),
    noOutputTimeoutMinutes: numberOf(values.noOutputTimeoutMinutes),
    queueTimeoutMinutes: numberOf(values.queueTimeoutMinutes),
    failFast: numberOf(values.failFast),
    priority: numberOf(values.priority),
    additionalArgs: args.ok && args.args.length > 0 ? args.args : undefined,
    envVars: vars.length > 0 ? Object.fromEntries(vars.map(({ name, value }) => [name, value])) : undefined,
  };
}

/** What of the request says when it starts. A pattern is no part of the request: it is a schedule's. */
function startOf(
  values: FormValues,
  ctx: z.RefinementCtx<FormValues>,
): Pick<z.input<typeof TaskRequest>, 'startAt' | 'after' | 'afterNeeds'> {
  const refuse = (field: FormField, message: string) => {
    ctx.addIssue({ code: 'custom', path: [field], message });
    return {};
  };
  switch (values.start) {
    case 'now':
      return {};
    case 'at': {
      const startAt = new Date(values.startAt).getTime();
      if (Number.isNaN(startAt)) return refuse('startAt', 'must be a date and a time');
      return startAt <= Date.now() ? refuse('startAt', 'must be in the future') : { startAt };
    }
    case 'after':
      if (values.after === '') return refuse('after', 'must be one that runs or waits');
      return { after: [values.after], afterNeeds: values.afterPassed ? 'passed' : 'end' };
    case 'repeat':
      return values.cron.trim() === '' ? refuse('cron', 'must say minute, hour, day of month, month and weekday, such as 0 3 * * *') : {};
  }
}

/** From what was typed to what the contract accepts. Not by `pipe`: that would keep its rules to itself while one of ours is broken. */
export const FormSchema = FormValues.transform((values, ctx) => {
  const parsed = TaskRequest.safeParse(requestOf(values, ctx));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) ctx.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

/** A sentence that names the field, what was given and what is allowed. */
export function fieldSentence(field: FormField, values: FormValues, rule: string): string {
  const name = FIELD_NAMES[field];
  if (field === 'category' && values.category === '') return 'Choose a category.';
  if (field === 'project' && values.project.trim() === '') return 'Project is empty; it must be the path of a folder.';
  if (field === 'envVars') return `${name}: ${/^Invalid key/.test(rule) ? nameRule(values) : rule}.`;
  if (field === 'additionalArgs') return `${name} ${/^(has|ends)/.test(rule) ? rule : `: ${rule}`}.`;
  return `${name} is ${String(values[field]) || 'empty'}; it ${rule}.`;
}

function nameRule(values: FormValues): string {
  const wrong = values.envVars.find(
    ({ name, value }) => (name.trim() !== '' || value !== '') && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.trim()),
  );
  const rule = 'must be a name of letters, digits and "_" that does not start with a digit';
  return wrong && wrong.name.trim() !== '' ? `${wrong.name.trim()} ${rule}` : `a value without a name; the name ${rule}`;
}

/** What the host says of a field: a whole sentence that begins with the field's name in files, or only the rule. */
export function hostSentence(field: FormField, values: FormValues, message: string): string {
  if (/^must\b/.test(message)) return fieldSentence(field, values, message);
  const name = fieldName(field);
  return asSentence(new RegExp(`^${name}\\b`).test(message) ? FIELD_NAMES[field] + message.slice(name.length) : message);
}

/** With a capital and a full stop. */
export const asSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');

/** The form's field that the host's refusal is about; null where the form has none. */
export function fieldOf({ field }: FieldIssue): FormField | null {
  const [first = ''] = field.split(/[.[]/);
  const name = propertyName(first);
  return FORM_FIELDS.find((one) => one === name) ?? null;
}

const FORM_FIELDS = FormValues.keyof().options;

/** What will be run, for people. Values of variables are not shown: they may be secrets. */
export function commandPreview(commandLine: string, values: FormValues): { variables: string; command: string } {
  const args = splitArguments(values.additionalArgs);
  const variables = values.envVars.filter(({ name }) => name.trim() !== '').map(({ name }) => `${name.trim()}=…`);
  return {
    variables: variables.join(' '),
    command: [commandLine, ...(args.ok ? args.args.map(quoteArgument) : [values.additionalArgs.trim()])].filter(Boolean).join(' '),
  };
}
