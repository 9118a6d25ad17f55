// The product's figures, measured on this machine: npm run bench. Prints a table, then the same as JSON.
// npm run bench -- host peers: these groups alone. The app's figures need a display and a session bus; without:
// xvfb-run -a dbus-run-session -- npm run bench

import { availableParallelism, cpus } from 'node:os';
import { appFigures } from './app.ts';
import { type Figure, tableOf } from './figure.ts';
import { besidePeers } from './first-instruction.ts';
import { historyFigures } from './history.ts';
import { hostFigures } from './host.ts';
import { reportFigures } from './reports.ts';

const GROUPS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  peers: besidePeers,
  host: hostFigures,
  history: historyFigures,
  reports: reportFigures,
  app: appFigures,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(GROUPS, name));
if (unknown.length > 0) {
  console.error(`"${unknown[0]}" is no group of figures; there are ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(GROUPS)) {
  if (asked.length === 0 || asked.includes(name)) figures.push(...(await measure()));
}
console.log(`\nNode ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model}\n`);
console.log(tableOf(figures));
console.log(`\n${JSON.stringify(figures)}`);
