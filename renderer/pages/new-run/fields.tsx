import type { ComponentProps, ReactNode } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { TaskRequest } from '../../../contract/task.ts';
import { Glyph } from '../../components/glyph.tsx';
import type { FormField, FormValues } from './form-schema.ts';

export type RunForm = UseFormReturn<FormValues, unknown, TaskRequest>;

/** A line of the form: its name at the left, the controls, and what is wrong with them. */
export function Field({
  label,
  id,
  error,
  start = false,
  children,
}: {
  label: string;
  id?: string;
  error?: string | null;
  start?: boolean;
  children: ReactNode;
}) {
  return (
    <>
      {id ? (
        <label className="form__label" htmlFor={id}>
          {label}
        </label>
      ) : (
        <span className="form__label" aria-hidden="true">
          {label}
        </span>
      )}
      <div className={start ? 'form__field form__field--start' : 'form__field'}>
        {children}
        <FieldError id={id} error={error ?? null} />
      </div>
    </>
  );
}

export function FieldError({ id, error }: { id?: string; error: string | null }) {
  if (error === null) return null;
  return (
    <p className="field-error" role="alert" id={id ? `${id}-error` : undefined}>
      <Glyph name="failed" size="s" silent />
      <span>{error}</span>
    </p>
  );
}

/** What a control needs to say that it is wrong; the sentence about it is its `FieldError`. */
export function wrong(form: RunForm, field: FormField) {
  const bad = form.formState.errors[field] !== undefined;
  return { 'aria-invalid': bad, 'aria-describedby': bad ? `${field}-error` : undefined };
}

/** The classes of the box around a control. */
export const boxOf = (form: RunForm, field: FormField, more = ''): string =>
  ['input', more, form.formState.errors[field] ? 'is-bad' : ''].filter(Boolean).join(' ');

interface TextBoxProps extends Omit<ComponentProps<'input'>, 'form'> {
  form: RunForm;
  field: Exclude<FormField, 'envVars' | 'retryOn'>;
  mono?: boolean;
  /** Stands behind what is typed. */
  unit?: string;
}

/** Something to type in. */
export function TextBox({ form, field, mono = false, unit, ...input }: TextBoxProps) {
  return (
    <span className={boxOf(form, field, mono ? 'mono' : '')}>
      <input autoComplete="off" spellCheck={false} {...input} {...form.register(field)} {...wrong(form, field)} />
      {unit && (
        <span className="unit" aria-hidden="true">
          {unit}
        </span>
      )}
    </span>
  );
}

interface SegmentsProps {
  name: string;
  label: string;
  choices: readonly { value: string; text: string }[];
  value: string;
  onChoose(value: string): void;
}

/** A few choices side by side. */
export function Segments({ name, label, choices, value, onChoose }: SegmentsProps) {
  return (
    <div className="seg" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value} className={choice.value === value ? 'is-on' : undefined}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            aria-label={choice.text}
            onChange={() => onChoose(choice.value)}
          />
          <span className="cut" data-text={choice.text}>
            {choice.text}
          </span>
        </label>
      ))}
    </div>
  );
}
