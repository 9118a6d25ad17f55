import { ListFilter, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { Kbd } from '../../components/buttons.tsx';
import { isTyping } from '../../components/row-keys.ts';
import { filtersOf, type Term } from '../../format/query.ts';
import { useRoute } from '../../router.ts';
import { askedTerms, clearQuery, commit, editLast, removeTerm, type, useHistory } from '../../stores/history.ts';

/** One line that says which runs are shown: its filters as chips, and a field to type on in. `/` goes there. */
export function QueryLine() {
  const { terms, typed, projects } = useHistory();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || useRoute.getState().sheet)
        return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  const problems = useMemo(
    () => [...new Set(filtersOf(askedTerms({ terms, typed }), { now: Date.now(), projects }).problems)],
    [terms, typed, projects],
  );
  return (
    <div className="query">
      <div className={`query__line${problems.length > 0 ? ' is-bad' : ''}`}>
        <ListFilter className="icon icon--s" />
        {terms.map((term) => (
          <Chip key={term.text} term={term} onRemoved={() => field.current?.focus()} />
        ))}
        <input
          ref={field}
          value={typed}
          aria-label="Filter runs"
          aria-keyshortcuts="/"
          aria-describedby="query-problems"
          aria-invalid={problems.length > 0}
          autoComplete="off"
          spellCheck={false}
          placeholder={terms.length === 0 ? 'verdict:failed branch:main since:14d, or words of a test or an error' : ''}
          onChange={(event) => type(event.target.value)}
          onKeyDown={(event) => pressIn(event, typed)}
          onBlur={() => typed.trim() !== '' && commit()}
        />
        {terms.length > 0 || typed !== '' ? (
          <button
            type="button"
            className="btn btn--quiet btn--icon btn--s"
            aria-label="Clear filters"
            title="Clear filters"
            onClick={clearQuery}
          >
            <X className="icon icon--s" />
          </button>
        ) : (
          <Kbd>/</Kbd>
        )}
      </div>
      <div id="query-problems" role="status">
        {problems.map((problem) => (
          <p key={problem} className="query__problem">
            {problem}
          </p>
        ))}
      </div>
    </div>
  );
}

function pressIn(event: KeyboardEvent<HTMLInputElement>, typed: string): void {
  if (event.key === 'Enter') commit();
  else if (event.key === 'Backspace' && typed === '') editLast();
  else if (event.key === 'Escape') event.currentTarget.blur();
  else return;
  event.preventDefault();
}

function Chip({ term, onRemoved }: { term: Term; onRemoved(): void }) {
  return (
    <span className={`query__chip${term.kind === 'problem' ? ' is-bad' : ''}`} title={term.text}>
      <span className="cut">
        {term.kind === 'filter' ? (
          <>
            {term.key}:<b>{term.value}</b>
          </>
        ) : (
          term.text
        )}
      </span>
      <button
        type="button"
        aria-label={`Remove ${term.text}`}
        onClick={() => {
          removeTerm(term);
          onRemoved();
        }}
      >
        <X className="icon icon--xs" />
      </button>
    </span>
  );
}
