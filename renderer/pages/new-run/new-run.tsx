import { zodResolver } from '@hookform/resolvers/zod';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { type Resolver, type SubmitHandler, useForm } from 'react-hook-form';
import { Refusal } from '../../../contract/errors.ts';
import type { TaskRequest } from '../../../contract/task.ts';
import type { ProjectInfo } from '../../../contract/views.ts';
import { sentenceOf } from '../../agent.ts';
import { Kbd, modKey } from '../../components/buttons.tsx';
import { pointerReleased } from '../../components/pointer.ts';
import { closeSheet, go, runHash } from '../../router.ts';
import { useDraft } from '../../stores/form.ts';
import { useNotice } from '../../stores/notice.ts';
import { addSchedule, queueTask } from '../../stores/submit.ts';
import { CommandPreview } from './command-preview.tsx';
import { asSentence, emptyForm, type FormField, FormSchema, type FormValues, fieldOf, fieldSentence, hostSentence } from './form-schema.ts';
import { MoreOptions } from './more-options.tsx';
import { ArgumentsField, EnvironmentField, LimitFields, PriorityField, VariablesField } from './option-fields.tsx';
import { ProjectField, SuiteField } from './project-fields.tsx';
import { StartField } from './start-fields.tsx';
import { useProject, useRecentProjects } from './use-project.ts';

const checked = zodResolver(FormSchema);

/**
 * The contract's schema checks; the sentences say which field, what was given and what is allowed. A field is checked when it is left:
 * if that is by a click, the sentence waits for the click, or what is clicked at would move away below the pointer.
 */
const resolver: Resolver<FormValues, unknown, TaskRequest> = async (values, context, options) => {
  await pointerReleased();
  const result = await checked(values, context, options);
  const names: readonly string[] = Object.keys(result.errors);
  if (names.length === 0) return result;
  const parsed = FormSchema.safeParse(values);
  const errors: Partial<Record<FormField, { type: string; message: string }>> = {};
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    const field = fieldOf({ field: String(issue.path[0] ?? ''), message: issue.message });
    if (field && !errors[field]) errors[field] = { type: 'value', message: fieldSentence(field, values, issue.message) };
  }
  return { values: {}, errors };
};

/** The form for a new run, as a sheet over the page. Not a radix overlay: that one puts a style element into the page. */
export function NewRun() {
  const [blocked, setBlocked] = useState(false);
  // Radix gives the focus back to a dialog's own trigger alone; this one is opened from anywhere.
  const opener = useRef<Element | null>(null);
  const takeFocus = (event: Event) => {
    event.preventDefault();
    opener.current = document.activeElement;
    document.getElementById('project')?.focus();
  };
  const giveFocusBack = () => {
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && !blocked && closeSheet()}>
      <Dialog.Portal>
        <div className="scrim" />
        <Dialog.Content className="sheet" aria-describedby={undefined} onOpenAutoFocus={takeFocus} onCloseAutoFocus={giveFocusBack}>
          <Form onBusy={setBlocked} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Form({ onBusy }: { onBusy(busy: boolean): void }) {
  const form = useForm<FormValues, unknown, TaskRequest>({
    resolver,
    defaultValues: useDraft.getState().draft ?? emptyForm,
    mode: 'onTouched',
  });
  const { handleSubmit, watch, setValue, setError, getValues, formState } = form;
  const values = watch();
  const recent = useRecentProjects();
  const look = useProject(values.project.trim());
  const info = look !== null && look.folder === values.project.trim() ? look.info : null;
  const [refused, setRefused] = useState<string | null>(null);
  const queued = useRef(false);

  // The project of last time, unless one was typed already.
  const first = recent?.[0]?.root;
  useEffect(() => {
    if (first && getValues('project') === '') setValue('project', first);
  }, [first, getValues, setValue]);
  useEffect(() => {
    if (info) settle(info, getValues('category'), (category) => setValue('category', category, { shouldValidate: formState.isSubmitted }));
  }, [info, getValues, setValue, formState.isSubmitted]);
  // What was typed stays for the next time, unless it was queued.
  useEffect(() => () => useDraft.setState({ draft: queued.current ? null : getValues() }), [getValues]);

  const submit: SubmitHandler<TaskRequest> = async (request) => {
    setRefused(null);
    onBusy(true);
    try {
      const page = await queue(request, getValues());
      queued.current = true;
      go(page);
    } catch (error) {
      const issues = error instanceof Refusal ? error.issues : [];
      const elsewhere = issues.filter((issue) => fieldOf(issue) === null);
      for (const issue of issues) {
        const field = fieldOf(issue);
        if (field) setError(field, { type: 'host', message: hostSentence(field, getValues(), issue.message) });
      }
      if (issues.length === 0) setRefused(asSentence(sentenceOf(error)));
      else if (elsewhere.length > 0) setRefused(elsewhere.map((issue) => asSentence(issue.message)).join(' '));
    } finally {
      onBusy(false);
    }
  };
  const send = handleSubmit(submit);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void send();
  };

  const wrong = Object.keys(formState.errors).length;
  const suite = info?.suites.find(({ category }) => category === values.category) ?? null;
  const projectError =
    formState.errors.project?.message ??
    (look?.folder === values.project.trim() && look.error !== null ? hostSentence('project', values, look.error) : null);
  return (
    <form className="sheet__form" onSubmit={send} onKeyDown={onKeyDown} noValidate>
      <header className="sheet__head">
        <Dialog.Title asChild>
          <h2>New run</h2>
        </Dialog.Title>
        <span className="grow" />
        <Dialog.Close asChild>
          <button type="button" className="btn btn--quiet btn--icon" aria-label="Close" title="Close (Esc)">
            <X className="icon" />
          </button>
        </Dialog.Close>
      </header>
      <div className="form">
        <ProjectField form={form} recent={recent ?? []} info={info} error={projectError ?? null} />
        <SuiteField form={form} info={info} />
        <EnvironmentField form={form} names={info?.environments ?? []} />
        <hr />
        <LimitFields form={form} suite={suite} />
        <PriorityField form={form} suite={suite} />
        <ArgumentsField form={form} />
        <VariablesField form={form} />
        <hr />
        <StartField form={form} />
        <MoreOptions form={form} />
      </div>
      <footer className="sheet__foot">
        <CommandPreview commandLine={suite?.commandLine ?? null} values={values} />
        {refused !== null && (
          <p className="field-error" role="alert">
            {refused}
          </p>
        )}
        <div className="row">
          <span className="grow" />
          {wrong > 0 && (
            <span className="small is-fail" role="status">
              {wrong === 1 ? '1 field to correct' : `${wrong} fields to correct`}
            </span>
          )}
          <Dialog.Close asChild>
            <button type="button" className="btn">
              Cancel
            </button>
          </Dialog.Close>
          <button type="submit" className="btn btn--primary" disabled={formState.isSubmitting} aria-keyshortcuts="Control+Enter">
            {values.start === 'repeat' ? 'Add schedule' : 'Queue run'}
            <Kbd>{modKey('↵')}</Kbd>
          </button>
        </div>
      </footer>
    </form>
  );
}

/** Queues what was asked for; answers the page that shows it. */
async function queue(request: TaskRequest, { start, cron, runMissed, dedupe }: FormValues): Promise<string> {
  if (start === 'repeat') {
    await addSchedule(cron, runMissed ? 'run' : 'skip', request);
    return '#/queue';
  }
  const { id, number, state, deduplicated } = await queueTask(request, { dedupe });
  if (!deduplicated) return '#/queue';
  useNotice.setState({
    text: `#${number} tests the same and ${state.status === 'queued' ? 'waits' : 'runs'} already; nothing was queued.`,
  });
  return runHash(id);
}

/** Keeps the chosen category if this project has it; else chooses the only one, or none. */
function settle({ suites }: ProjectInfo, chosen: string, choose: (category: string) => void): void {
  if (suites.some(({ category }) => category === chosen)) return;
  const [only, another] = suites;
  const next = only && !another ? only.category : '';
  if (next !== chosen) choose(next);
}
