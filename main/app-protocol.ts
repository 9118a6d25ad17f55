import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import { pagePolicy } from '../host/page-policy.ts';

export const SCHEME = 'app';
/** Where the window's pages come from. */
export const ORIGIN = `${SCHEME}://bge2e`;

/** The page reaches the host through the preload's bridge, not over a network. */
const CONTENT_SECURITY_POLICY = pagePolicy(null);

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Answers requests of the window with files of `folder`, and with nothing that lies outside of it. */
export function servePages(folder: string): (request: { url: string; method: string }) => Promise<Response> {
  const root = resolve(folder);
  return async ({ url, method }) => {
    if (method !== 'GET' && method !== 'HEAD') return refusal(405);
    const path = fileFor(root, url);
    if (path === null) return refusal(403);
    const type = TYPES[extname(path)];
    if (!type) return refusal(404);
    try {
      const content = await readFile(path);
      return new Response(method === 'HEAD' ? null : new Uint8Array(content), { headers: headers(type) });
    } catch {
      return refusal(404);
    }
  };
}

/** The file that an address names; null where it names none below `root`. */
export function fileFor(root: string, address: string): string | null {
  let path: string;
  try {
    const url = new URL(address);
    if (url.protocol !== `${SCHEME}:` || url.host !== 'bge2e') return null;
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  // A backslash parts folders on Windows; NUL ends a path in the system's calls.
  if (path.includes('\\') || path.includes('\0')) return null;
  const file = resolve(root, `.${path.endsWith('/') ? `${path}index.html` : path}`);
  return file.startsWith(root + sep) ? file : null;
}

const headers = (type: string) => ({
  'content-type': type,
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
});

const refusal = (status: number) => new Response(null, { status, headers: headers('text/plain; charset=utf-8') });
