import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// A look at the shop without a browser: opens it, asks for its pages, and writes out/junit.xml. Exit code 1 if a page is not as it should be.

const CHECKS = {
  'the shelf is full': ['/', 200, 'Wool blanket'],
  'a product has a page': ['/products/teapot', 200, 'does not drip'],
  'the stock is told': ['/api/stock/teapot', 200, '{"left":7}'],
  'the cart is empty': ['/cart', 200, 'It is empty.'],
  'what is not there is not found': ['/nowhere', 404, 'does not exist'],
};

const escaped = (text) => text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

async function check(address, [path, status, text]) {
  const response = await fetch(address + path);
  const body = await response.text();
  if (response.status !== status) return `${path} answered ${response.status} and not ${status}`;
  return body.includes(text) ? null : `${path} does not say “${text}”`;
}

const server = spawn(process.execPath, [new URL('server.mjs', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
const [address] = await once(createInterface(server.stdout), 'line');
const cases = [];
for (const [name, expected] of Object.entries(CHECKS)) {
  const began = performance.now();
  const problem = await check(address, expected);
  if (problem) process.exitCode = 1;
  console.log(problem ? `✗ ${name}: ${problem}` : `✓ ${name}`);
  const time = ((performance.now() - began) / 1000).toFixed(3);
  cases.push(
    `    <testcase name="${escaped(name)}" classname="smoke" time="${time}" file="smoke.mjs">${problem ? `<failure message="${escaped(problem)}"/>` : ''}</testcase>`,
  );
}
server.stdin.end();
await once(server, 'exit');
mkdirSync('out', { recursive: true });
writeFileSync('out/junit.xml', `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="shop">\n${cases.join('\n')}\n  </testsuite>\n</testsuites>\n`);
