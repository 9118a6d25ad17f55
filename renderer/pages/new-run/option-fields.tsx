import { Plus, X } from 'lucide-react';
import { useFieldArray } from 'react-hook-form';
import { DEFAULT_ENVIRONMENT, PRIORITIES } from '../../../contract/task.ts';
import type { SuiteInfo } from '../../../contract/views.ts';
import { priorityWord } from '../../format/words.ts';
import { Field, FieldError, type RunForm, Segments, TextBox } from './fields.tsx';

/** So many are shown side by side; more are a list. */
const MOST_SEGMENTS = 4;

export function EnvironmentField({ form, names }: { form: RunForm; names: readonly string[] }) {
  const value = form.watch('environment') || DEFAULT_ENVIRONMENT;
  const all = [...new Set([DEFAULT_ENVIRONMENT, ...names, value])];
  const error = form.formState.errors.environment?.message ?? null;
  const choose = (name: string) => form.setValue('environment', name, { shouldDirty: true, shouldValidate: true });
  return (
    <Field label="Environment" error={error} start>
      {all.length <= MOST_SEGMENTS ? (
        <Segments
          name="environment"
          label="Environment"
          choices={all.map((name) => ({ value: name, text: name }))}
          value={value}
          onChoose={choose}
        />
      ) : (
        <select className="input select" aria-label="Environment" value={value} onChange={(event) => choose(event.target.value)}>
          {all.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

type NumberName =
  | 'timeoutMinutes'
  | 'maxRetries'
  | 'cpuLimitPercent'
  | 'memoryLimitGb'
  | 'retryDelaySeconds'
  | 'noOutputTimeoutMinutes'
  | 'queueTimeoutMinutes'
  | 'failFast';

interface NumberFieldProps {
  form: RunForm;
  field: NumberName;
  label: string;
  unit: string;
  placeholder?: string;
}

/** A number with its unit; what is wrong with it is said below the row by `NumberErrors`. */
export function NumberField({ form, field, label, unit, placeholder }: NumberFieldProps) {
  return (
    <label htmlFor={field} className={form.formState.errors[field] ? 'is-fail' : undefined}>
      <span>{label}</span>
      <TextBox form={form} field={field} id={field} unit={unit} inputMode="decimal" placeholder={placeholder} aria-label={label} />
    </label>
  );
}

export function NumberErrors({ form, fields }: { form: RunForm; fields: readonly NumberName[] }) {
  return fields.map((field) => <FieldError key={field} id={field} error={form.formState.errors[field]?.message ?? null} />);
}

export function LimitFields({ form, suite }: { form: RunForm; suite: SuiteInfo | null }) {
  return (
    <>
      <span className="form__label form__label--low" aria-hidden="true">
        Limits
      </span>
      <div className="form__field">
        <div className="limits">
          <NumberField
            form={form}
            field="timeoutMinutes"
            label="Timeout"
            unit="min"
            placeholder={suite ? String(suite.timeoutMinutes) : ''}
          />
          <NumberField form={form} field="maxRetries" label="Retries" unit="more" placeholder={suite ? String(suite.maxRetries) : ''} />
          <NumberField form={form} field="cpuLimitPercent" label="CPU" unit="% of all" />
          <NumberField form={form} field="memoryLimitGb" label="Memory" unit="GB" />
        </div>
        <NumberErrors form={form} fields={['timeoutMinutes', 'maxRetries', 'cpuLimitPercent', 'memoryLimitGb']} />
      </div>
    </>
  );
}

export function PriorityField({ form, suite }: { form: RunForm; suite: SuiteInfo | null }) {
  const usual = suite?.priority ?? PRIORITIES.medium;
  const value = form.watch('priority') || String(usual);
  const numbers = [...new Set<number>([PRIORITIES.high, PRIORITIES.medium, PRIORITIES.low, usual])].sort((a, b) => a - b);
  return (
    <Field label="Priority" error={form.formState.errors.priority?.message ?? null} start>
      <div className="row">
        <Segments
          name="priority"
          label="Priority"
          choices={numbers.map((number) => ({ value: String(number), text: priorityWord(number).word }))}
          value={value}
          onChoose={(number) => form.setValue('priority', number === String(usual) ? '' : number, { shouldDirty: true })}
        />
        {suite && <span className="small t3">{priorityWord(usual).word.toLowerCase()} is this suite’s usual</span>}
      </div>
    </Field>
  );
}

export function ArgumentsField({ form }: { form: RunForm }) {
  const error = form.formState.errors.additionalArgs?.message ?? null;
  return (
    <Field label="Arguments" id="additionalArgs" error={error}>
      <TextBox form={form} field="additionalArgs" id="additionalArgs" mono placeholder="--grep @checkout" />
    </Field>
  );
}

export function VariablesField({ form }: { form: RunForm }) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'envVars' });
  const error = form.formState.errors.envVars;
  const message = error?.message ?? error?.root?.message ?? null;
  return (
    <Field label="Variables" error={message}>
      <div className="pairs">
        {fields.map((field, index) => (
          <div key={field.id} className="pair">
            <div className="input mono">
              <input
                {...form.register(`envVars.${index}.name`)}
                aria-label={`Name of variable ${index + 1}`}
                placeholder="NAME"
                spellCheck={false}
                autoComplete="off"
              />
            </div>
            <div className="input mono">
              <input
                {...form.register(`envVars.${index}.value`)}
                aria-label={`Value of variable ${index + 1}`}
                placeholder="value"
                spellCheck={false}
                autoComplete="off"
              />
            </div>
            <button
              type="button"
              className="btn btn--quiet btn--icon btn--s"
              aria-label={`Remove variable ${index + 1}`}
              onClick={() => remove(index)}
            >
              <X className="icon icon--s" />
            </button>
          </div>
        ))}
        <button type="button" className="btn btn--s" onClick={() => append({ name: '', value: '' })}>
          <Plus className="icon icon--s" />
          Add a variable
        </button>
      </div>
    </Field>
  );
}
