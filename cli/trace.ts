/** Says on stderr what happens, and when since the start of the process, where LOGLEVEL=DEBUG asks for it. */
export function trace(what: string): void {
  if (process.env.LOGLEVEL?.toUpperCase() !== 'DEBUG') return;
  process.stderr.write(`debug ${(process.uptime() * 1000).toFixed(0).padStart(5)} ms  ${what}\n`);
}
