import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, test as base, type ElectronApplication, type Page } from 'playwright/test';
import { identityOf, isAlive } from '../../supervisor/identity.ts';
import { TestHome, until } from '../support/home.ts';
import { Processes } from './processes.ts';
import { SessionBus, type Shown, type Tray } from './session-bus.ts';

const root = join(import.meta.dirname, '..', '..');
const END_MS = 20_000;

/** A desktop of a test's own: session bus services, a home, and the apps that were started on it. */
export class Desktop {
  readonly bus: SessionBus;
  readonly home: TestHome;
  readonly processes: Processes;
  readonly #apps: DesktopApp[] = [];

  constructor(bus: SessionBus) {
    this.bus = bus;
    this.home = new TestHome();
    this.processes = new Processes(this.home.home);
  }

  /** Starts the app for this home; resolves once its tray shows a host. */
  async start(options: { args?: string[]; env?: Record<string, string> } = {}): Promise<DesktopApp> {
    const app = await this.launch(options);
    this.processes.look();
    await until('the tray shows a host', () =>
      app.tray.tooltip().then(
        (text) => text !== '' && !text.startsWith('No host'),
        () => false,
      ),
    );
    return app;
  }

  /** Starts the app, and waits for nothing. */
  async launch({ args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}): Promise<DesktopApp> {
    const electron = await _electron.launch({
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, ...args],
      cwd: root,
      colorScheme: null, // the app's own choice
      env: { ...definedOf(process.env), BGE2E_HOME: this.home.home, ...env },
    });
    const app = new DesktopApp(electron, this.bus);
    this.#apps.push(app);
    return app;
  }

  /** The notification that was or will be shown as number `count` (from 1). */
  async notification(count = 1): Promise<Shown> {
    await until(`notification ${count} is shown`, () => this.bus.shown.length >= count, 60_000);
    const shown = this.bus.shown[count - 1];
    if (!shown) throw new Error(`There is no notification ${count}.`);
    return shown;
  }

  /** Ends everything that was started here; fails with the command lines of what had to be ended by force. */
  async end(): Promise<void> {
    let left: string[] = [];
    try {
      for (const app of this.#apps) await app.end();
      await this.home[Symbol.asyncDispose]();
    } finally {
      left = this.processes.end();
      this.bus.close();
    }
    if (left.length > 0) throw new Error(`Processes were left:\n${left.join('\n')}`);
  }
}

/** The running app: its process, window and tray. */
export class DesktopApp {
  readonly electron: ElectronApplication;
  readonly pid: number;
  readonly tray: Tray;
  readonly #gone: () => boolean;

  constructor(electron: ElectronApplication, bus: SessionBus) {
    this.electron = electron;
    const { pid } = electron.process();
    if (pid === undefined) throw new Error('The app has no process.');
    this.pid = pid;
    this.tray = bus.tray(pid);
    const identity = identityOf(pid);
    this.#gone = () => isAlive(identity) !== 'alive';
  }

  /** The app's window, once it is there. */
  async window(): Promise<Page> {
    const [open] = this.electron.windows();
    const page = open ?? (await this.electron.waitForEvent('window'));
    await page.waitForLoadState('domcontentloaded');
    return page;
  }

  /** Ends the app with SIGKILL; resolves when its main process is gone. */
  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.gone();
  }

  /** Resolves when the app's main process is gone. */
  async gone(): Promise<void> {
    await until('the app is gone', this.#gone, END_MS);
  }

  async end(): Promise<void> {
    if (this.#gone()) return;
    // Its home is disposed of afterwards, and with it what still runs there.
    await this.kill();
  }
}

/** A test with a desktop of its own, of which nothing may be left. */
export const test = base.extend<{ desktop: Desktop }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures here.
  desktop: async ({}, use) => {
    const desktop = new Desktop(await SessionBus.open());
    await use(desktop);
    await desktop.end();
  },
});
export { expect } from 'playwright/test';

/** Runs until it is told how to end: by a file `end` that holds how many of its five tests shall fail. */
const PATIENT = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
console.log('it runs');
const timer = setInterval(() => {
  if (!existsSync('end')) return;
  clearInterval(timer);
  const failed = Number(readFileSync('end', 'utf8'));
  const cases = [1, 2, 3, 4, 5].map((n) => '<testcase classname="checkout" name="pays ' + n + '" time="0.1">' + (n <= failed ? '<failure message="no money"/>' : '') + '</testcase>');
  writeFileSync('report.xml', '<testsuite name="checkout" tests="5" failures="' + failed + '">' + cases.join('') + '</testsuite>');
  process.exitCode = failed > 0 ? 1 : 0;
}, 20);
`;

/** A project whose suite `smoke` runs until `end(failed)` is called. */
export function patientProject(home: TestHome): { folder: string; end(failed: number): void } {
  const folder = home.project({
    'background-e2e.yaml': 'categories:\n  smoke: { command: [node, suite.mjs], reports: [report.xml] }\n',
    'suite.mjs': PATIENT,
  });
  const end = (failed: number) => {
    // Whole at once: a suite that finds it empty would fail none.
    writeFileSync(join(folder, 'end.new'), String(failed));
    renameSync(join(folder, 'end.new'), join(folder, 'end'));
  };
  return { folder, end };
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
