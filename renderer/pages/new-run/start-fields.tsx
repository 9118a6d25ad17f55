import { cronWords } from '../../format/cron-words.ts';
import { timeAhead } from '../../format/units.ts';
import { useNow } from '../../stores/clock.ts';
import { useQueue } from '../../stores/queue.ts';
import { boxOf, FieldError, type RunForm, Segments, TextBox, wrong } from './fields.tsx';
import { STARTS, type Start } from './form-schema.ts';

const WORDS: Readonly<Record<Start, string>> = { now: 'Now', at: 'At', after: 'After', repeat: 'Repeat' };
/** A list of more could not be looked through. */
const MOST_TASKS = 200;

/** When it starts: now, at a time, after another task, or again and again. */
export function StartField({ form }: { form: RunForm }) {
  const start = form.watch('start');
  const choose = (value: string) => {
    const next = STARTS.find((one) => one === value);
    if (next) form.setValue('start', next, { shouldDirty: true, shouldValidate: form.formState.isSubmitted });
  };
  const { errors } = form.formState;
  const field = start === 'at' ? 'startAt' : start === 'after' ? 'after' : start === 'repeat' ? 'cron' : null;
  return (
    <>
      <span className="form__label" aria-hidden="true">
        Start
      </span>
      <div className="form__field">
        <div className="row start">
          <Segments
            name="start"
            label="Start"
            choices={STARTS.map((value) => ({ value, text: WORDS[value] }))}
            value={start}
            onChoose={choose}
          />
          {start === 'at' && <TextBox form={form} field="startAt" type="datetime-local" aria-label="Start time" />}
          {start === 'after' && <After form={form} />}
          {start === 'repeat' && <Cron form={form} />}
        </div>
        {start === 'after' && (
          <label className="check">
            <input type="checkbox" {...form.register('afterPassed')} />
            only if it passes; otherwise this one is cancelled
          </label>
        )}
        {start === 'repeat' ? (
          <Missed form={form} />
        ) : (
          <label className="check">
            <input type="checkbox" {...form.register('dedupe')} />
            not if the same already waits or runs
          </label>
        )}
        {field && <FieldError id={field} error={errors[field]?.message ?? null} />}
      </div>
    </>
  );
}

function After({ form }: { form: RunForm }) {
  const running = useQueue((state) => state.running);
  const waiting = useQueue((state) => state.waiting);
  const now = useNow();
  const all = [...running, ...waiting].slice(0, MOST_TASKS);
  if (all.length === 0) return <span className="small t3">nothing runs or waits that it could follow</span>;
  return (
    <select className={boxOf(form, 'after', 'select')} aria-label="Start after" {...form.register('after')} {...wrong(form, 'after')}>
      <option value="">Choose a task</option>
      {all.map(({ task, estimatedEndAt }) => (
        <option key={task.id} value={task.id}>
          #{task.number} {task.config.category} of {task.projectName}
          {estimatedEndAt != null && estimatedEndAt > now && `, ends about ${timeAhead(estimatedEndAt, now)}`}
        </option>
      ))}
    </select>
  );
}

const PRESETS = [
  { cron: '0 * * * *', text: 'Hourly' },
  { cron: '0 3 * * *', text: 'Nightly' },
  { cron: '0 22 * * 1-5', text: 'Weekdays' },
] as const;

function Cron({ form }: { form: RunForm }) {
  const cron = form.watch('cron');
  return (
    <>
      <TextBox form={form} field="cron" mono placeholder="0 3 * * *" aria-label="Cron pattern" />
      {PRESETS.map((preset) => (
        <button
          key={preset.cron}
          type="button"
          className="chip"
          aria-pressed={cron === preset.cron}
          title={preset.cron}
          onClick={() => form.setValue('cron', preset.cron, { shouldDirty: true, shouldValidate: true })}
        >
          {preset.text}
        </button>
      ))}
    </>
  );
}

function Missed({ form }: { form: RunForm }) {
  const words = cronWords(form.watch('cron'));
  return (
    <div className="row">
      <label className="check">
        <input type="checkbox" {...form.register('runMissed')} />
        run once if it was missed while the machine slept
      </label>
      <span className="grow" />
      <span className="small t3">{words === null ? 'minute hour day month weekday' : words}</span>
    </div>
  );
}
