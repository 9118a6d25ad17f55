import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { startHost } from '../../host/host.ts';

// A host whose notices go to a file: `node noting-host.ts HOME FILE [when to kill itself: ended | notified]`.

const [home = '', file = '', killAt = ''] = process.argv.slice(2);
const root = join(import.meta.dirname, '..', '..');
const die = () => process.kill(process.pid, 'SIGKILL');

const host = await startHost({
  home,
  mode: 'app',
  version: '0.0.0',
  nodePath: process.execPath,
  supervisorEntry: join(root, 'supervisor', 'supervise.ts'),
  reportReaderEntry: join(root, 'engine', 'reports', 'report-reader.ts'),
  reporterPath: join(root, 'engine', 'runners', 'playwright-reporter.cjs'),
  rendererFolder: null,
  onNotice: (notice) => {
    if (killAt === 'notified' && !existsSync(`${file}.killed`)) {
      appendFileSync(`${file}.killed`, '');
      die(); // recorded, and not shown yet
    }
    appendFileSync(file, `${JSON.stringify(notice)}\n`);
  },
  onClosed: () => process.exit(0),
});
host.engine.notifier.on('taskChanged', ({ type }) => {
  if (killAt === 'ended' && type === 'ended') die(); // ended, and nobody was told yet
});
