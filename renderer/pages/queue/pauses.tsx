import { Pause, Play } from 'lucide-react';
import { useQueue } from '../../stores/queue.ts';
import { pause, resume } from '../../stores/steer.ts';

/** Pauses the whole queue, or lets it go on. */
export function PauseButton() {
  const { all } = useQueue((state) => state.paused);
  const connected = useQueue((state) => state.connection === 'connected');
  const Icon = all ? Play : Pause;
  const words = all ? 'Resume the queue' : 'Pause the queue';
  return (
    <button
      type="button"
      className={all ? 'btn btn--icon is-paused' : 'btn btn--quiet btn--icon'}
      aria-label={words}
      title={all ? words : `${words}: nothing more starts, what runs goes on`}
      disabled={!connected}
      onClick={() => void (all ? resume({ all: true }) : pause({ all: true }))}
    >
      <Icon className="icon" />
    </button>
  );
}

/** What is paused, in words, and the way back. */
export function PauseBanner() {
  const { all, categories } = useQueue((state) => state.paused);
  const running = useQueue((state) => state.running.length > 0);
  if (!all && categories.length === 0) return null;
  return (
    <div className="banner banner--paused" role="status">
      <Pause className="icon icon--s" />
      {all ? (
        <span className="grow">The queue is paused. {running ? 'Running tasks go on.' : 'Nothing starts until it is resumed.'}</span>
      ) : (
        <span className="grow cut">
          <b>{categories.join(', ')}</b> {categories.length === 1 ? 'is' : 'are'} paused. Other tasks start as usual.
        </span>
      )}
      {all ? (
        <button type="button" className="btn btn--s" onClick={() => void resume({ all: true })}>
          Resume
        </button>
      ) : (
        categories.map((category) => (
          <button key={category} type="button" className="btn btn--s" onClick={() => void resume({ category })}>
            Resume {category}
          </button>
        ))
      )}
    </div>
  );
}
