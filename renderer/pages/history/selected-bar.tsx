import { ArrowRight, GitCompareArrows, X } from 'lucide-react';
import { useEffect } from 'react';
import { outcomeOf } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { Kbd } from '../../components/buttons.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { isTyping } from '../../components/row-keys.ts';
import { endedAt, shortCommit } from '../../format/words.ts';
import { compareHash, go, useRoute } from '../../router.ts';
import { useHistory } from '../../stores/history.ts';

/** What can be done with the selected runs. C compares two of them, or one with the run before it that it is best compared with. */
export function SelectedBar() {
  const tasks = useHistory((state) => state.tasks);
  const selected = useHistory((state) => state.selected);
  const chosen = tasks.filter(({ id }) => selected.includes(id)).sort((a, b) => (endedAt(a) ?? 0) - (endedAt(b) ?? 0));
  const [first, second] = chosen;
  const hash = first && (second ? compareHash(second.id, first.id) : compareHash(first.id, null));
  useEffect(() => {
    if (!hash) return;
    const press = (event: KeyboardEvent) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
      if (!isPlain || isTyping(event.target) || useRoute.getState().sheet) return;
      if (event.key === 'c') go(hash);
      if (event.key === 'Escape' && !event.defaultPrevented) useHistory.setState({ selected: [] });
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [hash]);
  if (!first || !hash) return null;
  return (
    <section className="selected" aria-label="Selected runs">
      <b>{chosen.length} selected</b>
      <Short task={first} />
      {second && (
        <>
          <ArrowRight className="icon icon--s" />
          <Short task={second} />
        </>
      )}
      <a className="btn btn--primary" href={hash} aria-keyshortcuts="C">
        <GitCompareArrows className="icon icon--s" />
        {second ? 'Compare' : 'Compare with main'}
        <Kbd>C</Kbd>
      </a>
      <button
        type="button"
        className="btn btn--quiet btn--icon"
        aria-label="Select none"
        title="Select none"
        onClick={() => useHistory.setState({ selected: [] })}
      >
        <X className="icon icon--s" />
      </button>
    </section>
  );
}

function Short({ task }: { task: Task }) {
  const outcome = outcomeOf(task);
  return (
    <span className="row">
      {outcome !== 'running' && <Glyph name={outcome} size="s" />}
      <span className="sha">{task.git ? shortCommit(task.git.commit) : `#${task.number}`}</span>
    </span>
  );
}
