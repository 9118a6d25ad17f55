/** What cannot be written to the log (a full disk, a terminal that was closed) ends nothing: a stream's error that nobody hears would. */
export function outliveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
