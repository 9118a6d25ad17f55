import { ChevronsUpDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ProjectInfo } from '../../../contract/views.ts';
import { shortCommit } from '../../format/words.ts';
import { Field, type RunForm } from './fields.tsx';

interface ProjectFieldProps {
  form: RunForm;
  recent: readonly { root: string; name: string }[];
  info: ProjectInfo | null;
  error: string | null;
}

/** The folder: typed, or one that was used before. */
export function ProjectField({ form, recent, info, error }: ProjectFieldProps) {
  return (
    <Field label="Project" id="project" error={error}>
      <div className={error === null ? 'input' : 'input is-bad'}>
        <input
          {...form.register('project')}
          id="project"
          placeholder="/path/to/the/project"
          spellCheck={false}
          autoComplete="off"
          aria-invalid={error !== null}
          aria-describedby={error === null ? 'project-hint' : 'project-error'}
        />
        {recent.length > 0 && (
          <DropdownMenu.Root modal={false}>
            <DropdownMenu.Trigger asChild>
              <button type="button" className="btn btn--quiet btn--icon btn--s" aria-label="Recent projects" title="Recent projects">
                <ChevronsUpDown className="icon icon--s" />
              </button>
            </DropdownMenu.Trigger>
            <DropdownMenu.Portal>
              <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8} aria-label="Recent projects">
                {recent.slice(0, 12).map(({ root, name }) => (
                  <DropdownMenu.Item
                    key={root}
                    className="menu__item"
                    onSelect={() => form.setValue('project', root, { shouldDirty: true, shouldValidate: true })}
                  >
                    <span className="label">{name}</span>
                    <span className="small t3 cut">{root}</span>
                  </DropdownMenu.Item>
                ))}
              </DropdownMenu.Content>
            </DropdownMenu.Portal>
          </DropdownMenu.Root>
        )}
      </div>
      {error === null && (
        <p className="form__hint cut" id="project-hint">
          {info ? <Found info={info} /> : 'The folder that holds the suites.'}
        </p>
      )}
    </Field>
  );
}

function Found({ info }: { info: ProjectInfo }) {
  const { git } = info;
  return (
    <>
      <b className="label t2">{info.name}</b>
      {git && (
        <>
          {' '}
          {git.branch ?? 'no branch'}, <span className="sha">{shortCommit(git.commit)}</span>
          {git.changedFiles > 0 && ` and ${git.changedFiles} changed ${git.changedFiles === 1 ? 'file' : 'files'}`}
        </>
      )}
    </>
  );
}

/** The categories of the project, one of which is chosen. */
export function SuiteField({ form, info }: { form: RunForm; info: ProjectInfo | null }) {
  const chosen = form.watch('category');
  const error = form.formState.errors.category?.message ?? null;
  return (
    <Field label="Category" error={error}>
      {info === null || info.suites.length === 0 ? (
        <p className="form__label t3">{info === null ? 'Choose a project first.' : 'This project has no suite.'}</p>
      ) : (
        <div className={error === null ? 'suites' : 'suites is-bad'} role="radiogroup" aria-label="Category" aria-invalid={error !== null}>
          {info.suites.map((suite) => (
            <label key={suite.category} className={suite.category === chosen ? 'suite is-on' : 'suite'}>
              <input {...form.register('category')} type="radio" value={suite.category} aria-label={suite.category} />
              <i className={suite.category === chosen ? 'radio is-on' : 'radio'} />
              <b>{suite.category}</b>
              <span className="cut">{suite.runner === 'playwright' ? 'Playwright' : suite.commandLine}</span>
              <span>at most {suite.timeoutMinutes} min</span>
            </label>
          ))}
        </div>
      )}
    </Field>
  );
}
