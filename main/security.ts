import { join } from 'node:path';
import type { App, Protocol, Session, WebContents } from 'electron';
import { ORIGIN, SCHEME } from './app-protocol.ts';

/** For every window: the page has neither Node nor Electron, only what the preload gives it. */
export const WEB_PREFERENCES = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  spellcheck: false,
} as const;

/** Makes app:// an origin of its own, as https is one. Must be called before the app is ready. */
export function declareScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Does this address belong to the window's own pages? */
export function isOwnPage(address: string): boolean {
  return address === ORIGIN || address.startsWith(`${ORIGIN}/`);
}

/** No page leaves app://, opens a window, or embeds another. */
export function denyNavigation(app: App): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(({ url }) => {
      console.warn(`A page wanted to open ${url}; it may not.`);
      return { action: 'deny' };
    });
    const stay = (event: { preventDefault(): void }, url: string) => {
      if (!isOwnPage(url)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/**
 * The page may put text on the clipboard and save what it made itself, and nothing else; it loads nothing from any network. `downloads`: the
 * folder that is offered for what is saved.
 */
export function denyPermissions(session: Session, downloads: string): void {
  const allowed = (permission: string, origin: string) => permission === 'clipboard-sanitized-write' && isOwnPage(origin);
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => answer(allowed(permission, requestingUrl)));
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
  // What the page made itself (an exported result) may be saved, where the person says; nothing is fetched from anywhere.
  session.on('will-download', (event, item) => {
    if (item.getURL().startsWith(`blob:${ORIGIN}/`)) item.setSaveDialogOptions({ defaultPath: join(downloads, item.getFilename()) });
    else event.preventDefault();
  });
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnPage(url) && !/^(devtools|data|blob):/.test(url) }));
}
