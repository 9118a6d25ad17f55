const started = performance.now();

/** Says on stderr what happens, and when, where LOGLEVEL=DEBUG asks for it. */
export function trace(what: string): void {
  if (process.env.LOGLEVEL?.toUpperCase() !== 'DEBUG') return;
  process.stderr.write(`debug ${(performance.now() - started).toFixed(0).padStart(5)} ms  ${what}\n`);
}
