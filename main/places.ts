import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findNode } from '../client/start-host.ts';

/** Where the parts of this app lie. */
export interface Places {
  assets: string;
  preload: string;
  renderer: string;
  /** What runs outside of this process: the bundles of host and supervisor, and a Node for them. */
  runtime(): Promise<Runtime>;
}

export interface Runtime {
  nodePath: string;
  hostEntry: string;
  supervisorEntry: string;
  reportReaderEntry: string;
  reporterPath: string;
}

const NODE = process.platform === 'win32' ? ['node', 'node.exe'] : ['node', 'bin', 'node'];

/** `appPath` is the project's folder, or the app.asar of a package. */
export function placesOf(appPath: string, home: string, version: string): Places {
  const packaged = appPath.endsWith('.asar');
  let runtime: Promise<Runtime> | null = null;
  return {
    assets: join(appPath, 'assets'),
    preload: join(appPath, 'out', 'preload', 'index.cjs'),
    renderer: packaged ? join(dirname(appPath), 'runtime', 'out', 'renderer') : join(appPath, 'out', 'renderer'),
    runtime: () => {
      runtime ??= packaged
        ? packagedRuntime(join(dirname(appPath), 'runtime'), home, version)
        : Promise.resolve(runtimeIn(join(appPath, 'dist'), findNode()));
      return runtime;
    },
  };
}

/**
 * Copies the package's runtime into the home, once for each build: supervisors outlive this app, and must not lose the ground
 * under their feet when an AppImage is unmounted or an update replaces the package.
 */
async function packagedRuntime(source: string, home: string, version: string): Promise<Runtime> {
  const build = createHash('sha256')
    .update(readFileSync(join(source, 'dist', 'host.js')))
    .update(readFileSync(join(source, 'dist', 'supervisor.js')))
    .update(readFileSync(join(source, 'dist', 'report-reader.js')))
    .digest('hex')
    .slice(0, 8);
  const folder = join(home, 'runtime', `${version}-${build}`);
  if (!existsSync(folder)) {
    const half = `${folder}.${process.pid}`;
    await mkdir(dirname(folder), { recursive: true });
    await cp(source, half, { recursive: true });
    await rename(half, folder).catch(() => rm(half, { recursive: true, force: true })); // another one was faster
  }
  return runtimeIn(join(folder, 'dist'), process.env.BGE2E_NODE ?? join(folder, ...NODE));
}

function runtimeIn(dist: string, nodePath: string): Runtime {
  return {
    nodePath,
    hostEntry: join(dist, 'host.js'),
    supervisorEntry: join(dist, 'supervisor.js'),
    reportReaderEntry: join(dist, 'report-reader.js'),
    reporterPath: join(dist, 'playwright-reporter.cjs'),
  };
}
