import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { homeFolder } from '../../client/home.ts';
import { connectIfRunning, findNode, hostEntry, hostEnvironment, LOCK_TAKEN_EXIT_CODE } from '../../client/start-host.ts';
import { rfc3339 } from '../../contract/documents.ts';
import type { HostStatus } from '../../contract/host.ts';
import { EXIT } from '../../contract/status.ts';
import { CLIENT_NAME } from '../session.ts';
import { trace } from '../trace.ts';
import { duration, sizeText } from '../words.ts';
import { sayWarnings } from './status.ts';

/** `bge2e host status`: never starts one. */
export async function hostStatus({ json = false }: { json?: boolean }): Promise<number> {
  const home = homeFolder();
  trace(`home ${home}`);
  const client = await connectIfRunning(home, CLIENT_NAME);
  if (!client) {
    process.stdout.write(
      json
        ? `${JSON.stringify(noHostDocument(home), null, 2)}\n`
        : `No host runs for ${home}. The first command that needs one starts it.\n`,
    );
    return EXIT.noHost;
  }
  try {
    const status = await client.call('hostStatus', {});
    process.stdout.write(json ? `${JSON.stringify(hostDocument(status, Date.now()), null, 2)}\n` : hostText(status, Date.now()));
    if (!json) sayWarnings(status.warnings ?? []);
  } finally {
    client.close();
  }
  return EXIT.passed;
}

function hostDocument(status: HostStatus, now: number) {
  return {
    agent_running: true,
    pid: status.pid,
    version: status.version,
    mode: status.mode,
    home: status.home,
    uptime_seconds: Math.round((now - status.startedAt) / 1000),
    started_at: rfc3339(status.startedAt),
    slots: status.slots,
    queued_tasks: status.queued,
    active_tasks: status.active,
    clients: status.clients,
    disk_use_mb: status.diskUseBytes === null ? null : Math.round(status.diskUseBytes / 1_048_576),
    warnings: status.warnings ?? [], // an older host has none
  };
}

const noHostDocument = (home: string): Record<keyof ReturnType<typeof hostDocument>, string | number | boolean | null | string[]> => ({
  agent_running: false,
  pid: null,
  version: null,
  mode: null,
  home,
  uptime_seconds: null,
  started_at: null,
  slots: null,
  queued_tasks: null,
  active_tasks: null,
  clients: null,
  disk_use_mb: null,
  warnings: [],
});

function hostText({ pid, version, mode, home, startedAt, slots, queued, active, clients, diskUseBytes }: HostStatus, now: number): string {
  const disk = diskUseBytes === null ? '' : ` (runs take ${sizeText(diskUseBytes)})`;
  const kind = mode === 'app' ? 'in the app' : 'headless';
  return `Version ${version}, ${kind}, pid ${pid}, up ${duration(now - startedAt)}. ${active} running, ${queued} waiting, ${slots} ${slots === 1 ? 'slot' : 'slots'}, ${clients} connected.\nHome: ${home}${disk}\n`;
}

/** `bge2e host run`: a headless host in the foreground, ended by Ctrl-C. */
export async function hostRun(): Promise<number> {
  const home = homeFolder();
  const child = spawn(findNode(), ['--disable-warning=ExperimentalWarning', hostEntry(), '--home', home], {
    cwd: home,
    env: hostEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  child.stdio[3]?.on('data', (data: Buffer) => {
    if (data.toString().includes('ready\n')) process.stderr.write(`The host (pid ${child.pid}) is ready. Home: ${home}\n`);
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass);
  const [code] = await once(child, 'exit');
  if (code !== LOCK_TAKEN_EXIT_CODE) return code === 0 ? EXIT.passed : EXIT.noHost;
  process.stderr.write('A host of this home runs already: "bge2e host status" shows it, "bge2e host stop" ends it.\n');
  return EXIT.failed;
}
