import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { RetryReason } from '../../../contract/task.ts';
import { Field, type RunForm } from './fields.tsx';
import { NumberErrors, NumberField } from './option-fields.tsx';

const FIELDS = ['retryOn', 'retryDelaySeconds', 'failFast', 'noOutputTimeoutMinutes', 'queueTimeoutMinutes'] as const;

/** What most runs leave as their suite says. Open while something in it is wrong. */
export function MoreOptions({ form }: { form: RunForm }) {
  const values = form.watch(FIELDS);
  const [opened, setOpened] = useState(() => values.some((value) => value.length > 0));
  const wrong = FIELDS.some((field) => form.formState.errors[field]);
  const open = opened || wrong;
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <>
      <button type="button" className="more-options" aria-expanded={open} onClick={() => setOpened(!open)}>
        <Icon className="icon icon--s" />
        More options
        {!open && <span className="small t3">when to retry and to give up, how long it may wait</span>}
      </button>
      {open && (
        <>
          <RetryOnField form={form} />
          <span className="form__label form__label--low" aria-hidden="true">
            Bounds
          </span>
          <div className="form__field">
            <div className="limits">
              <NumberField form={form} field="retryDelaySeconds" label="Retry after" unit="s" />
              <NumberField form={form} field="failFast" label="Stop after" unit="failed" />
              <NumberField form={form} field="noOutputTimeoutMinutes" label="Silent at most" unit="min" />
              <NumberField form={form} field="queueTimeoutMinutes" label="Waits at most" unit="min" />
            </div>
            <NumberErrors form={form} fields={['retryDelaySeconds', 'failFast', 'noOutputTimeoutMinutes', 'queueTimeoutMinutes']} />
          </div>
        </>
      )}
    </>
  );
}

const WORDS: Readonly<Record<RetryReason, string>> = { failure: 'Failure', timeout: 'Timeout', crash: 'Crash' };

function RetryOnField({ form }: { form: RunForm }) {
  const chosen = form.watch('retryOn');
  const toggle = (reason: RetryReason) =>
    form.setValue('retryOn', chosen.includes(reason) ? chosen.filter((one) => one !== reason) : [...chosen, reason], { shouldDirty: true });
  return (
    <Field label="Retry on" error={form.formState.errors.retryOn?.message ?? null} start>
      <fieldset className="row" aria-label="Retry on">
        {RetryReason.options.map((reason) => (
          <button key={reason} type="button" className="chip" aria-pressed={chosen.includes(reason)} onClick={() => toggle(reason)}>
            {WORDS[reason]}
          </button>
        ))}
        {chosen.length === 0 && <span className="small t3">as the suite says</span>}
      </fieldset>
    </Field>
  );
}
