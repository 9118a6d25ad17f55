import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileFor, servePages } from './app-protocol.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-pages-'));
  mkdirSync(join(folder, 'pages', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'pages', 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'pages', 'assets', 'a.js'), 'let a');
  writeFileSync(join(folder, 'pages', 'key.pem'), 'not for pages');
  writeFileSync(join(folder, 'secret.js'), 'let secret');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const get = (url: string, method = 'GET') => servePages(join(folder, 'pages'))({ url, method });

test('serves the page and its scripts with their types', async () => {
  const page = await get('app://bge2e/');
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([200, 'text/html; charset=utf-8', '<!doctype html>']);
  expect((await get('app://bge2e/assets/a.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test('every answer forbids what is not named, and guessing of types', async () => {
  for (const url of ['app://bge2e/', 'app://bge2e/missing.js', 'app://elsewhere/']) {
    const { headers } = await get(url);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test.each([
  ['app://bge2e/../secret.js', 404],
  ['app://bge2e/%2e%2e/secret.js', 404],
  ['app://bge2e/%2e%2e%2fsecret.js', 403],
  ['app://bge2e/assets/..%2f..%2fsecret.js', 403],
  ['app://bge2e/..%5csecret.js', 403],
  ['app://bge2e/index.html%00.js', 403],
  ['app://bge2e/%', 403],
  ['app://elsewhere/index.html', 403],
  ['https://bge2e/index.html', 403],
  ['app://bge2e/key.pem', 404],
  ['app://bge2e/assets/', 404],
])('%s is answered by %i', async (url, status) => {
  expect((await get(url)).status).toBe(status);
});

test('a page only reads', async () => {
  expect((await get('app://bge2e/index.html', 'POST')).status).toBe(405);
  const head = await get('app://bge2e/index.html', 'HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('no address leads out of the folder', () => {
  const part = fc.constantFrom('..', '.', '%2e%2e', '%2e', '/', '%2f', '\\', '%5c', 'a', '%00', '%', '//', '?', '#', ':', '@', '~');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const file = fileFor('/srv/pages', `app://bge2e/${parts.join('')}`);
      expect(file === null || (file.startsWith(`/srv/pages${sep}`) && !file.includes('\0'))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
