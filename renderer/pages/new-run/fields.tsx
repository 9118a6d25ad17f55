import type { ReactNode } from 'react';
import { Glyph } from '../../components/glyph.tsx';

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
