import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WebServer } from './web.ts';

let folder: string;
let web: WebServer;
let address: URL;
let token: string;
const accepted: unknown[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-web-'));
  mkdirSync(join(folder, 'renderer'));
  writeFileSync(join(folder, 'renderer', 'index.html'), '<title>the window</title>');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  accepted.length = 0;
  web = newServer();
  address = new URL(await web.address());
  token = address.hash.replace('#token=', '');
});
afterEach(async () => {
  await web.close();
  rmSync(folder, { recursive: true });
});

const newServer = () => new WebServer(join(folder, 'web.json'), join(folder, 'renderer'), (connection) => accepted.push(connection));

/** A request as a client may really send it: unlike fetch, it leaves path and Host as they are. */
function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: address.port, path, headers: { host: address.host, ...headers } }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });
}

function open(protocols: string[], origin = `http://${address.host}`): Promise<'open' | 'refused'> {
  const socket = new WebSocket(`ws://${address.host}/ws`, protocols, { origin });
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve('open');
      socket.terminate();
    });
    socket.once('error', () => resolve('refused'));
  });
}

test('the window is served with a policy that lets nothing in but its own files', async () => {
  const { status, body, headers } = await get('/');
  expect(status).toBe(200);
  expect(body).toContain('the window');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/....//secret.txt',
  '/%00',
  '/\\..\\secret.txt',
  '/%',
  '//etc/passwd',
])('no path leads out of the window’s folder: %s', async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body).not.toContain('secret');
});

test('a page of another site, or a name that was made to point here, gets nothing', async () => {
  expect((await get('/', { host: `evil.example:${address.port}` })).status).toBe(403);
  expect((await get('/', { origin: 'http://evil.example' })).status).toBe(403);
  expect((await get('/', { host: 'localhost' })).status).toBe(403);
});

test('the connection opens with the token and this page’s origin, and with nothing less', async () => {
  expect(await open(['bge2e', `token.${token}`])).toBe('open');
  expect(accepted).toHaveLength(1);
  expect(await open(['bge2e', `token.${token}`], 'http://evil.example')).toBe('refused');
  expect(await open(['bge2e', `token.${'0'.repeat(token.length)}`])).toBe('refused');
  expect(await open(['bge2e', 'token.'])).toBe('refused');
  expect(await open(['bge2e'])).toBe('refused');
  expect(accepted).toHaveLength(1);
});

test('the next server of this home has the same address, so that open tabs find it again', async () => {
  await web.close();
  web = newServer();
  await web.resume();
  expect((await get('/')).status).toBe(200);
  expect(await web.address()).toBe(address.href);
  expect(statSync(join(folder, 'web.json')).mode & 0o777).toBe(0o600);
});

/** Sends bytes as they are; answers what came back until the server ended the connection. `reset`: goes away at once, without reading. */
function send(text: string, { reset = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(address.port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.on('connect', () => {
      socket.write(text);
      if (reset) setImmediate(() => socket.resetAndDestroy());
    });
  });
}

const upgradeOf = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: ${address.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;

test.each(['//', '/ws?x', '/%', 'http://['])('a page of another site that asks for the address %s is turned away', async (path) => {
  expect(await send(upgradeOf(path))).toMatch(/^HTTP\/1\.1 403 /);
});

test('a page that goes away while it is turned away does no harm', async () => {
  const gone: unknown[] = [];
  const note = (error: unknown) => gone.push(error);
  process.on('uncaughtException', note);
  for (let time = 0; time < 20; time += 1) await send(upgradeOf('/ws'), { reset: true });
  expect((await get('/')).status).toBe(200);
  process.off('uncaughtException', note);
  expect(gone).toEqual([]);
});

test.each(['', 'short'])('a token of web.json that would protect nothing is replaced: "%s"', async (weak) => {
  await web.close();
  writeFileSync(join(folder, 'web.json'), JSON.stringify({ port: 0, token: weak }));
  web = newServer();
  expect(new URL(await web.address()).hash).toMatch(/^#token=[0-9a-f]{64}$/);
});
