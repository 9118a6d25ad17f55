import type { Progress } from '../../contract/result.ts';
import { placed } from '../format/placed.ts';

/** One cell for each test up to here, a bar above. */
const MOST_CELLS = 80;

/** How far a run is, and what failed on the way. */
export function ProgressBar({ progress }: { progress: Progress | null }) {
  const total = progress?.total ?? null;
  const done = progress?.done ?? 0;
  const words = progressWords(progress);
  const share = progressShare(progress);
  const aria =
    total === null
      ? {
          'aria-valuetext': words,
          ...(share === null ? {} : { 'aria-valuemin': 0, 'aria-valuenow': Math.round(share * 100), 'aria-valuemax': 100 }),
        }
      : { 'aria-valuemin': 0, 'aria-valuenow': done, 'aria-valuemax': total, 'aria-valuetext': words };
  return (
    <div role="progressbar" aria-label="Progress" title={words} {...aria}>
      {progress && total !== null && total > 0 && total <= MOST_CELLS && !progress.totalIsEstimate ? (
        <Cells progress={progress} total={total} />
      ) : (
        <Bar progress={progress} total={total} />
      )}
    </div>
  );
}

/** `12 of 40`, `12 of about 40` where that is the last run's number, `about 60 %` by time, `12 done` where nothing tells. */
export function progressWords(progress: Progress | null): string {
  if (progress === null) return 'Starting';
  const percent = percentOf(progress);
  if (progress.total === null && percent !== null) return `about ${percent} %${progress.source === 'time' ? ' by time' : ''}`;
  if (progress.total !== null && progress.totalIsEstimate) return `${progress.done} of about ${progress.total}`;
  if (progress.total === null) return progress.done === 0 ? 'Running' : `${progress.done} done`;
  return `${progress.done} of ${progress.total}`;
}

/** 0 to 1; null while nothing tells how much there is to do. */
export function progressShare(progress: Progress | null): number | null {
  if (progress?.total) return Math.min(1, progress.done / progress.total);
  const percent = progress && percentOf(progress);
  return percent === null ? null : percent / 100;
}

/** Where it is not told by counting tests. */
function percentOf({ percent }: Progress): number | null {
  return percent === null || percent === undefined ? null : Math.round(Math.min(100, Math.max(0, percent)));
}

function Cells({ progress, total }: { progress: Progress; total: number }) {
  const ended = progress.outcomes.slice(-total);
  return (
    <div className="cells">
      {placed(Array(total)).map(({ place }) => (
        <i key={place} className={ended.charAt(place) || (progress.current !== null && place === ended.length ? 'c' : '')} />
      ))}
    </div>
  );
}

function Bar({ progress, total }: { progress: Progress | null; total: number | null }) {
  const share = progressShare(progress) ?? 0;
  const outcomes = progress?.outcomes ?? '';
  const first = (progress?.done ?? 0) - outcomes.length;
  return (
    <div className="bar">
      <i style={{ width: `${share * 100}%` }} />
      {total !== null &&
        placed(outcomes).map(({ item, place }) =>
          item === 'f' || item === 'k' ? (
            <u key={first + place} className={item} style={{ left: `${((first + place + 0.5) / total) * 100}%` }} />
          ) : null,
        )}
    </div>
  );
}
