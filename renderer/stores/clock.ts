import { useSyncExternalStore } from 'react';

/** A clock that ticks only while somebody looks at it, in step with the seconds (or minutes) of the wall clock. */
function clock(everyMs: number) {
  let now = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watching = new Set<() => void>();
  const tick = () => {
    now = Date.now();
    timer = setTimeout(tick, everyMs - (now % everyMs));
    for (const watch of watching) watch();
  };
  const subscribe = (watch: () => void) => {
    watching.add(watch);
    if (watching.size === 1) tick();
    return () => {
      watching.delete(watch);
      if (watching.size === 0) clearTimeout(timer);
    };
  };
  return () => useSyncExternalStore(subscribe, () => now);
}

/** Now, in UTC ms, once a second. For what runs. */
export const useSecond = clock(1000);

/** Now, in UTC ms, every ten seconds. For `6 min ago`. */
export const useNow = clock(10_000);
