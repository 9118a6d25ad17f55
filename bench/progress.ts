const begun = performance.now();

/** Tells on stderr, with the time since the start, what is being done. */
export function say(what: string): void {
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.error(`${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}  ${what}`);
}

const interruption = new AbortController();

/** Somebody wants no more figures. */
export const interrupted: AbortSignal = interruption.signal;

/** No more figures are wanted. */
export const interrupt = (): void => interruption.abort();
