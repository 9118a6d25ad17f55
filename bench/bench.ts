// The product's figures, measured on this machine: npm run bench. Each group's table comes when it is there; the last line is all of it as JSON,
// also where Ctrl-C or a failure ended it sooner.
// npm run bench -- host peers: these groups alone. npm run bench -- peers --finished 10000 --waiting 2000: how much is in the queues.
// The app's figures need a display and a session bus; without: xvfb-run -a dbus-run-session -- npm run bench

import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { appFigures } from './app.ts';
import { type Figure, tableOf } from './figure.ts';
import { besidePeers, type Loads } from './first-instruction.ts';
import { historyFigures } from './history.ts';
import { hostFigures } from './host.ts';
import { interrupt, interrupted, say } from './progress.ts';
import { reportFigures } from './reports.ts';

type Group = (loads: Loads) => AsyncIterable<Figure[]>;

const atOnce = (measure: () => Promise<Figure[]>): Group =>
  async function* () {
    yield await measure();
  };

const GROUPS: Readonly<Record<string, Group>> = {
  peers: besidePeers,
  host: hostFigures,
  history: atOnce(historyFigures),
  reports: atOnce(reportFigures),
  app: atOnce(appFigures),
};

/** What is cleaned up after Ctrl-C may take this long, in ms. */
const LAST_MS = 20_000;
const WRONG_USAGE = 2;

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(WRONG_USAGE);
}

function asked(): { groups: string[]; loads: Loads } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { finished: { type: 'string', default: '10000' }, waiting: { type: 'string', default: '2000' } },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(GROUPS, name));
  if (unknown !== undefined) refuse(`"${unknown}" is no group of figures; there are ${Object.keys(GROUPS).join(', ')}.`);
  const count = (name: 'finished' | 'waiting') => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0) refuse(`--${name} is "${values[name]}": give a whole number, such as 2000.`);
    return value;
  };
  return {
    groups: positionals.length === 0 ? Object.keys(GROUPS) : positionals,
    loads: { finished: count('finished'), waiting: count('waiting') },
  };
}

const { groups, loads } = asked();
const figures: Figure[] = [];
const end = () => console.log(`\n${JSON.stringify(figures)}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say('Interrupted. What was started is being ended.');
    interrupt();
    setTimeout(() => {
      end();
      process.exit(1);
    }, LAST_MS).unref();
  });
}

console.log(
  `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
for (const name of groups) {
  if (interrupted.aborted) break;
  try {
    for await (const part of GROUPS[name]?.(loads) ?? []) {
      figures.push(...part);
      console.log(`\n${tableOf(part)}\n`);
    }
  } catch (error) {
    process.exitCode = 1;
    if (!interrupted.aborted) console.error(`The group ${name} failed:`, error);
  }
}
end();
