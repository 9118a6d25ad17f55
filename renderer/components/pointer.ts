let pressed = false;

for (const [name, now] of [
  ['pointerdown', true],
  ['pointerup', false],
  ['pointercancel', false],
] as const)
  window.addEventListener(
    name,
    () => {
      pressed = now;
    },
    { capture: true },
  );

/** Resolves at once, or, while a button of the pointer is down, when the click that it makes is over. */
export function pointerReleased(): Promise<void> {
  if (!pressed) return Promise.resolve();
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      over.abort();
      setTimeout(resolve); // `click` comes after `pointerup`
    };
    for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, end, { signal: over.signal });
  });
}
