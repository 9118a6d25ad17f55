import { ChevronDown } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Verdict } from '../../contract/result.ts';
import { Glyph } from '../components/glyph.tsx';
import { ChoiceMenu } from '../components/menu.tsx';
import { isTyping } from '../components/row-keys.ts';
import { outcomeWord } from '../format/words.ts';
import { setFilter, tally, useHistory } from '../stores/history.ts';

const ALL = '';

export const VERDICT_NAMES = { passed: 'Passed', failed: 'Failed', flaky: 'Flaky', none: 'No results' } as const;
const VERDICTS = ['failed', 'flaky', 'passed', 'none'] as const satisfies readonly Verdict[];

/** Category and verdict; `/` goes to the first of them. */
export function Filters() {
  const { filter, categories, tasks } = useHistory();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event.target)) return;
      event.preventDefault();
      first.current?.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  const totals = tally(tasks);
  const all = filter.category !== null && !categories.includes(filter.category) ? [...categories, filter.category] : categories;
  return (
    <fieldset className="tools" aria-label="Filter">
      <ChoiceMenu
        label="Category"
        value={filter.category ?? ALL}
        choices={[{ value: ALL, text: 'All categories' }, ...all.map((name) => ({ value: name, text: name }))]}
        onChoose={(value) => setFilter({ category: value === ALL ? null : value })}
        trigger={
          <button
            ref={first}
            type="button"
            className={`chip${filter.category === null ? '' : ' is-on'}`}
            aria-label={`Category: ${filter.category ?? 'all'}`}
            aria-keyshortcuts="/"
          >
            {filter.category === null ? 'Category' : <b>{filter.category}</b>}
            <ChevronDown className="icon icon--s" />
          </button>
        }
      />
      {VERDICTS.map((verdict) => (
        <button
          key={verdict}
          type="button"
          className="chip"
          aria-pressed={filter.verdict === verdict}
          onClick={() => setFilter({ verdict: filter.verdict === verdict ? null : verdict })}
        >
          <Glyph name={verdict} size="s" silent />
          {VERDICT_NAMES[verdict]}
        </button>
      ))}
      {(filter.category !== null || filter.verdict !== null) && (
        <button type="button" className="btn btn--quiet btn--s" onClick={clearFilters}>
          Clear filters
        </button>
      )}
      <span className="grow" />
      <span className="nums wide">
        {VERDICTS.map((verdict) =>
          totals[verdict] > 0 ? (
            <span key={verdict} title={`${totals[verdict]} ${outcomeWord(verdict)}`}>
              <Glyph name={verdict} size="s" />
              {totals[verdict]}
            </span>
          ) : null,
        )}
      </span>
    </fieldset>
  );
}

export const clearFilters = () => setFilter({ category: null, verdict: null });
