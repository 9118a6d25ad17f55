import { z } from 'zod';
import type { FieldIssue } from '../../../contract/errors.ts';
import { fieldName, propertyName } from '../../../contract/json.ts';
import { TaskRequest } from '../../../contract/task.ts';
import { quoteArgument, splitArguments } from '../../format/arguments.ts';

/** What is typed, as it is typed. Empty means: what the category says. */
export const FormValues = z.object({
  project: z.string(),
  category: z.string(),
  environment: z.string(),
  timeoutMinutes: z.string(),
  maxRetries: z.string(),
  priority: z.string(),
  additionalArgs: z.string(),
  envVars: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type FormValues = z.infer<typeof FormValues>;
export type FormField = keyof FormValues;

export const emptyForm: FormValues = {
  project: '',
  category: '',
  environment: '',
  timeoutMinutes: '',
  maxRetries: '',
  priority: '',
  additionalArgs: '',
  envVars: [],
};

/** How the fields are called in sentences about them. */
export const FIELD_NAMES: Readonly<Record<FormField, string>> = {
  project: 'Project',
  category: 'Category',
  environment: 'Environment',
  timeoutMinutes: 'Timeout',
  maxRetries: 'Retries',
  priority: 'Priority',
  additionalArgs: 'Arguments',
  envVars: 'Variables',
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
    project: values.project.trim(),
    category: values.category,
    environment: values.environment.trim() || undefined,
    timeoutMinutes: numberOf(values.timeoutMinutes),
    maxRetries: numberOf(values.maxRetries),
    priority: numberOf(values.priority),
    additionalArgs: args.ok && args.args.length > 0 ? args.args : undefined,
    envVars: vars.length > 0 ? Object.fromEntries(vars.map(({ name, value }) => [name, value])) : undefined,
  };
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
