import { ChevronDown } from 'lucide-react';
import { Glyph } from '../../components/glyph.tsx';
import { ChoiceMenu } from '../../components/menu.tsx';
import { filterValue, type QueryKey } from '../../format/query.ts';
import { outcomeWord } from '../../format/words.ts';
import { askedTerms, setFilter, tally, useHistory } from '../../stores/history.ts';

const ALL = '';
const VERDICTS = ['failed', 'flaky', 'passed', 'none'] as const;
const SHOWN_COUNTS = ['passed', 'failed', 'flaky', 'none'] as const;
const VERDICT_NAMES = { failed: 'Failed', flaky: 'Flaky', passed: 'Passed', none: 'No results' } as const;
const TIMES = [
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['14d', 'Last 14 days'],
  ['30d', 'Last 30 days'],
  ['90d', 'Last 90 days'],
] as const;

/** The commonest filters as menus; what is chosen stands in the query line. */
export function Filters() {
  const { categories, branches, environments, projects, tasks, next } = useHistory();
  const totals = tally(tasks);
  const plain = (names: readonly string[]) => names.map((name) => [name, name] as const);
  const named = new Map<string, number>();
  for (const { name } of projects) named.set(name, (named.get(name) ?? 0) + 1);
  return (
    <fieldset className="tools" aria-label="Filters">
      <FilterMenu name="Verdict" filter="verdict" choices={VERDICTS.map((verdict) => [verdict, VERDICT_NAMES[verdict]])} />
      <FilterMenu name="Suite" filter="category" choices={plain(categories)} />
      {projects.length > 1 && (
        <FilterMenu
          name="Project"
          filter="project"
          choices={projects.map(({ root, name }) => ((named.get(name) ?? 0) > 1 ? [root, root] : [name, name]))}
        />
      )}
      <FilterMenu name="Branch" filter="branch" choices={plain(branches)} />
      <FilterMenu name="Environment" filter="env" choices={plain(environments)} />
      <FilterMenu name="Time" filter="since" choices={TIMES} />
      <span className="grow" />
      <span className="nums" title={next === null ? undefined : 'Of the runs that are loaded'}>
        {SHOWN_COUNTS.map((verdict) =>
          totals[verdict] > 0 ? (
            <span key={verdict} title={`${totals[verdict]} ${outcomeWord(verdict)}`}>
              <Glyph name={verdict} size="s" />
              {totals[verdict]}
            </span>
          ) : null,
        )}
        {next !== null && <span aria-hidden="true">…</span>}
      </span>
    </fieldset>
  );
}

function FilterMenu({
  name,
  filter,
  choices,
}: {
  name: string;
  filter: QueryKey;
  choices: readonly (readonly [value: string, text: string])[];
}) {
  const value = useHistory((state) => filterValue(askedTerms(state), filter));
  const known = choices.find(([one]) => one === value);
  // What was typed is there to be seen, and to be taken out, as well.
  const all = value === null || known ? choices : [[value, value] as const, ...choices];
  return (
    <ChoiceMenu
      label={name}
      value={value ?? ALL}
      choices={[{ value: ALL, text: 'All' }, ...all.map(([one, text]) => ({ value: one, text }))]}
      onChoose={(chosen) => setFilter(filter, chosen === ALL ? null : chosen)}
      trigger={
        <button type="button" className={`chip${value === null ? '' : ' is-on'}`} aria-label={`${name}: ${known?.[1] ?? value ?? 'all'}`}>
          {value === null ? name : <b className="cut chip__value">{known?.[1] ?? value}</b>}
          <ChevronDown className="icon icon--s" />
        </button>
      }
    />
  );
}
