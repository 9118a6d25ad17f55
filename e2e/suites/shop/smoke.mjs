import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml } from './pages.mjs';
// biome-ignore lint/correctness/useImportExtensions: the linter takes the declarations beside the server for the server.
import { startShop } from './server.mjs';

/** What must hold before anything else is worth a test; each gets the shop's address. */
const CHECKS = {
  'the shop is healthy': async (shop) => {
    const response = await fetch(`${shop.url}/health`);
    assert.deepEqual(await response.json(), { ok: true, name: shop.name });
  },
  'the front page shows the name': async (shop) => {
    const response = await fetch(shop.url);
    assert.equal(response.status, 200);
    assert.ok((await response.text()).includes(escapeHtml(shop.name)), `the front page does not say “${shop.name}”`);
  },
  'a search finds tea': async (shop) => {
    const response = await fetch(`${shop.url}/search?q=tea`);
    assert.match(await response.text(), /4 products for “tea”/);
  },
  'nobody checks out an empty cart': async (shop) => {
    const response = await fetch(`${shop.url}/checkout`, { redirect: 'manual' });
    assert.equal(response.status, 303);
    assert.equal(response.headers.get('location'), '/cart');
  },
};

async function runCheck(name, check, shop) {
  const start = performance.now();
  let failure;
  try {
    await check(shop);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(`${failure === undefined ? '✓' : '✗'} ${name}${failure === undefined ? '' : `: ${failure}`}`);
  return { name, failure, seconds };
}

function junit(results) {
  const cases = results.map(({ name, failure, seconds }) => {
    const inside = failure === undefined ? '' : `<failure message="${escapeHtml(failure)}"/>`;
    return `    <testcase classname="smoke" name="${escapeHtml(name)}" time="${seconds.toFixed(3)}">${inside}</testcase>`;
  });
  const failures = results.filter(({ failure }) => failure !== undefined).length;
  const time = results.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="${results.length}" failures="${failures}" time="${time}">
  <testsuite name="smoke" tests="${results.length}" failures="${failures}" errors="0" skipped="0" time="${time}">
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

const shop = await startShop();
const results = [];
for (const [name, check] of Object.entries(CHECKS)) results.push(await runCheck(name, check, shop));
await shop.close();
const folder = join(import.meta.dirname, 'out');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'smoke.xml'), junit(results));
process.exitCode = results.some(({ failure }) => failure !== undefined) ? 1 : 0;
