import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { Result } from '../contract/api.ts';
import { Refusal } from '../contract/errors.ts';
import { type HostFile, type HostMode, type HostStatus, PROTOCOL, type WayToEnd } from '../contract/host.ts';
import type { Settings } from '../contract/settings.ts';
import { Engine } from '../engine/engine.ts';
import { openHome, socketPath } from '../engine/home.ts';
import type { NoticeSink } from '../engine/notices/notices.ts';
import { readSettings } from '../engine/settings-file.ts';
import { replaceFile } from '../engine/store/replace-file.ts';
import { identityOf } from '../supervisor/identity.ts';
import { bindConnection, type HelloHandler, type Session } from './connection.ts';
import { createHandlers } from './handlers.ts';
import { IdleWatch } from './idle.ts';
import { takeLock } from './lock.ts';
import { isSameSecret } from './same-secret.ts';
import { serveSocket } from './serve.ts';
import { WebServer } from './web.ts';

export interface HostOptions {
  home: string;
  mode: HostMode;
  version: string;
  /** A Node of version 24 or newer, for supervisors and for reading reports. */
  nodePath: string;
  supervisorEntry: string;
  reportReaderEntry: string;
  reporterPath: string;
  /** The built window; null where there is none to serve. */
  rendererFolder: string | null;
  /** Raises the app's window. */
  showWindow?: (page?: string) => void;
  onNotice?: NoticeSink;
  /** Called when this host has given up its home: handed over, stopped, or idle. */
  onClosed?: () => void;
}

export interface Host {
  readonly engine: Engine;
  /** Speaks the contract over a connection of this process, without a token. */
  serve(connection: MessageConnection, client: string): void;
  /** Ends the host, once: the first way counts. */
  close(options: { tasks: WayToEnd }): Promise<void>;
}

/** Takes the home's lock and hosts its queue. Throws `LockTaken` where another host has it, a `Refusal` where the home cannot be used. */
export async function startHost(options: HostOptions): Promise<Host> {
  const paths = openHome(options.home);
  const lock = takeLock(paths.lock);
  const startedAt = Date.now();
  const sessions = new Set<Session>();
  const token = randomBytes(32).toString('hex');
  let way: WayToEnd | null = null;
  let closing: Promise<void> | null = null;

  const status = (): HostStatus => ({
    running: true,
    pid: process.pid,
    version: options.version,
    mode: options.mode,
    home: paths.home,
    startedAt,
    slots: engine.slots,
    ...engine.counts(),
    clients: sessions.size,
    diskUseBytes: engine.retention.diskUse,
    warnings: engine.warnings(),
  });

  let engine: Engine;
  let settings: Settings;
  try {
    settings = readSettings(paths.settings);
    const { nodePath, supervisorEntry, reportReaderEntry, reporterPath, onNotice = null } = options;
    engine = new Engine({
      paths,
      settings,
      hostStatus: status,
      nodePath,
      supervisorEntry,
      reportReaderEntry,
      reporterPath,
      onNotice,
    });
  } catch (error) {
    lock.release();
    throw error;
  }

  const idle = new IdleWatch(
    options.mode === 'headless' ? settings.idleMinutes * 60_000 : null,
    () => sessions.size === 0 && !engine.hasWork,
    () => void close({ tasks: 'keep' }),
  );
  engine.notifier.on('taskChanged', () => idle.touch());
  engine.notifier.on('schedules', () => idle.touch());

  const hello: HelloHandler = (params): Result<'hello'> => {
    if (!isSameSecret(params.token, token)) throw new Refusal('unauthorized', 'The token is not the one in host.json.');
    if (params.protocol !== PROTOCOL) {
      throw new Refusal(
        'incompatible',
        `This host (version ${options.version}) speaks protocol ${PROTOCOL}, the client (version ${params.version}) protocol ${params.protocol}. Update the older one.`,
      );
    }
    return {
      protocol: PROTOCOL,
      version: options.version,
      mode: options.mode,
      pid: process.pid,
      capabilities: options.showWindow ? ['window'] : [],
    };
  };

  const handlers = createHandlers({
    engine,
    status,
    showWindow: options.showWindow ?? null,
    webAddress: () => web.address(),
    isMoved: () => way !== null,
    move,
    close: (tasks) => void close({ tasks }),
  });
  const accept = (connection: MessageConnection, client: string, check: HelloHandler | null) =>
    bindConnection(connection, handlers, {
      client,
      hello: check,
      onOpen: (session) => {
        sessions.add(session);
        session.onClose(() => {
          sessions.delete(session);
          idle.touch();
        });
      },
    });
  const web = new WebServer(paths.webFile, options.rendererFolder, (connection) => accept(connection, 'browser', null));

  /** From now on nothing is taken in any more. Answers the way that counts: the first. */
  function move(tasks: WayToEnd): WayToEnd {
    way ??= tasks;
    return way;
  }

  async function close({ tasks }: { tasks: WayToEnd }): Promise<void> {
    closing ??= (async () => {
      const decided = move(tasks);
      idle.stop();
      if (decided === 'cancel') await engine.cancelAll();
      if (decided === 'shutdown') await engine.shutDown();
      await engine.stopAccepting();
      const unheard = socket.close(); // from now on clients find nobody here, and look for the next host
      await Promise.all([...sessions].map((session) => session.close()));
      await Promise.all([unheard, web.close()]);
      await engine.close();
      rmSync(paths.hostFile, { force: true });
      lock.release();
      options.onClosed?.();
    })();
    return closing;
  }

  const address = socketPath(paths, 'host');
  const socket = await serveSocket(address, (connection) => accept(connection, 'unknown', hello));
  await engine.start();
  await web.resume();
  const file: HostFile = {
    schema: 1,
    pid: process.pid,
    version: options.version,
    mode: options.mode,
    address,
    token,
    startedAt,
    identity: identityOf(process.pid),
  };
  await replaceFile(paths.hostFile, `${JSON.stringify(file, null, 2)}\n`, 0o600);
  idle.touch();
  return { engine, serve: (connection, client) => accept(connection, client, null), close };
}
