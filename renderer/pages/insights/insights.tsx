import { ChevronDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Trend } from '../../../contract/insights.ts';
import { ChoiceMenu } from '../../components/menu.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { count } from '../../format/units.ts';
import { go, insightsHash } from '../../router.ts';
import { useQuarantine } from '../../stores/quarantine.ts';
import { useQueue } from '../../stores/queue.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { InQuarantine } from './in-quarantine.tsx';
import { SuiteInsights } from './suite-insights.tsx';

const SPANS = [7, 30, 90] as const;
type Span = (typeof SPANS)[number];

/** How the suites of a project have done: how often they pass, how long they take, what is flaky, why they failed, and what is slow. */
export function InsightsPage({ project }: { project: string | null }) {
  const { value: recent, error } = useAnswer('recentProjects', {});
  // That of the run that ended last; another run's end while this is open changes nothing.
  const lastEnded = useQueue((state) => state.finished[0]?.config.project);
  const [first, setFirst] = useState<string | null>(null);
  const found = recent === null ? null : (lastEnded ?? recent[0]?.root ?? null);
  useEffect(() => setFirst((before) => before ?? found), [found]);
  const root = project ?? first;
  if (root !== null) return <ProjectInsights key={root} root={root} projects={recent ?? []} />;
  return (
    <>
      <TopBar title="Insights" />
      <div className="page">
        {error !== null && <p className="quiet">{error}</p>}
        {recent?.length === 0 && <NoRuns />}
      </div>
    </>
  );
}

interface ProjectInsightsProps {
  root: string;
  projects: readonly { root: string; name: string }[];
}

function ProjectInsights({ root, projects }: ProjectInsightsProps) {
  const [days, setDays] = useState<Span>(30);
  const [suite, setSuite] = useState<string | null>(null);
  // Another one may have ended, and a quarantine begun.
  const last = useQueue((state) => state.finished.find(({ config }) => config.project === root)?.id);
  const changes = useQuarantine((state) => state.changes);
  const { value, error } = useAnswer('getTrends', { project: root, days }, last);
  const { value: quarantine } = useAnswer('listQuarantine', { project: root }, changes);
  const trends = value?.suites ?? [];
  const shown = trends.find((trend) => keyOf(trend) === suite) ?? trends[0];
  const name = projects.find((one) => one.root === root)?.name ?? root.split(/[/\\]/).at(-1) ?? root;
  const runs = trends.reduce((sum, trend) => sum + trend.runs, 0);
  return (
    <>
      <TopBar title="Insights" note={value === null ? undefined : `${count(runs, 'run')} in ${count(days, 'day')}`} />
      <fieldset className="tools" aria-label="What is looked at">
        <ChoiceMenu
          label="Project"
          value={root}
          choices={(projects.some((one) => one.root === root) ? projects : [{ root, name }, ...projects]).map((one) => ({
            value: one.root,
            text: projects.some((other) => other.name === one.name && other.root !== one.root) ? one.root : one.name,
          }))}
          onChoose={(chosen) => go(insightsHash(chosen))}
          trigger={<Chosen name="Project" value={name} />}
        />
        {shown && (
          <ChoiceMenu
            label="Suite"
            value={keyOf(shown)}
            choices={trends.map((trend) => ({ value: keyOf(trend), text: suiteName(trend) }))}
            onChoose={setSuite}
            trigger={<Chosen name="Suite" value={suiteName(shown)} />}
          />
        )}
        <span className="grow" />
        <span className="seg seg--s" role="radiogroup" aria-label="How far back">
          {SPANS.map((span) => (
            <label key={span} className={span === days ? 'is-on' : undefined}>
              <input type="radio" name="days" checked={span === days} onChange={() => setDays(span)} />
              <span data-text={`${span} days`}>{span} days</span>
            </label>
          ))}
        </span>
      </fieldset>
      <section className="page scroll" aria-label="Insights">
        {error !== null && <p className="quiet">{error}</p>}
        {value !== null && shown === undefined && <NothingEnded days={days} />}
        {value !== null && shown !== undefined && (
          <SuiteInsights key={keyOf(shown)} trend={shown} since={value.since} version={`${last} ${changes}`} />
        )}
        {quarantine !== null && <InQuarantine project={root} quarantine={quarantine} />}
      </section>
    </>
  );
}

const keyOf = ({ category, environment }: Pick<Trend, 'category' | 'environment'>) => JSON.stringify([category, environment]);
const suiteName = ({ category, environment }: Trend) => `${category} in ${environment}`;

/** The trigger of a menu gets more properties from it. */
function Chosen({ name, value, ...trigger }: { name: string; value: string }) {
  return (
    <button type="button" className="chip" aria-label={`${name}: ${value}`} {...trigger}>
      <b className="cut chip__value">{value}</b>
      <ChevronDown className="icon icon--s" />
    </button>
  );
}

function NothingEnded({ days }: { days: number }) {
  return (
    <div className="empty">
      <div>
        <h2>No run has ended in {days} days</h2>
        <p>Choose a longer time, or another project.</p>
      </div>
    </div>
  );
}

function NoRuns() {
  return (
    <div className="empty">
      <div>
        <h2>Nothing to tell yet</h2>
        <p>
          After a few runs of a suite this page says how often it passes, how long it takes, which of its tests are flaky and which are
          slow.
        </p>
      </div>
    </div>
  );
}
