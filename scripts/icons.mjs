// Draws the tray's icons and the app's icon: `node scripts/icons.mjs`. The PNGs are committed; this runs only when a drawing changes.
//
// A tray icon is drawn for each size by itself, so that its lines meet the pixels. One PNG per size and colour holds all states:
// row 0 running and row 1 running with failures, 21 columns for 0 to 100 % in steps of 5; row 2 idle, failed, no host, paused.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

const assets = join(fileURLToPath(new URL('..', import.meta.url)), 'assets');

/** Lengths in px for a drawing of `size` px: ring radius and line, pie radius, corner square, failed square and its cross. */
const DRAWINGS = {
  16: {
    size: 16,
    ring: 6.25,
    line: 1.5,
    pie: 4.5,
    gap: 8.37,
    dot: 9.46,
    dotWidth: 5.67,
    dotRound: 1.35,
    square: 1.35,
    squareRound: 2.94,
    cross: 2.5,
    crossLine: 1.72,
    arm: 2.4,
    bar: 2.2,
  },
  22: {
    size: 22,
    ring: 8,
    line: 2,
    pie: 5.9,
    gap: 11.66,
    dot: 12.88,
    dotWidth: 7.29,
    dotRound: 1.74,
    square: 2.45,
    squareRound: 3.78,
    cross: 3.21,
    crossLine: 2.3,
    arm: 3.09,
    bar: 2.83,
  },
  32: {
    size: 32,
    ring: 12.625,
    line: 2.75,
    pie: 9.65,
    gap: 17.15,
    dot: 18.93,
    dotWidth: 11.34,
    dotRound: 2.7,
    square: 2.7,
    squareRound: 5.88,
    cross: 5,
    crossLine: 3.16,
    arm: 4.8,
    bar: 4.4,
  },
};

/** On which bar it lies: a template is one colour and the system's to tint (macOS). */
const COLOURS = {
  template: { ink: '#000', running: '#000', failed: '#000' },
  light: { ink: '#1a1e23', running: '#0f62c9', failed: '#d13438' },
  dark: { ink: '#f2f3f5', running: '#6cacff', failed: '#ff7a72' },
};

const round = (value) => Number(value.toFixed(2));
const ring = (d, ink, more = '') =>
  `<circle cx="${d.size / 2}" cy="${d.size / 2}" r="${d.ring}" fill="none" stroke="${ink}" stroke-width="${d.line}"${more}/>`;
const line = (path, ink, width) =>
  `<path d="${path}" fill="none" stroke="${ink}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

function pie(d, percent, colour) {
  const c = d.size / 2;
  // A hand at 12 o'clock tells "running" from an empty ring before the first test has ended.
  if (percent <= 0) return line(`M${c} ${c}V${c - d.pie + d.line / 2}`, colour, d.line * 0.8);
  if (percent >= 100) return `<circle cx="${c}" cy="${c}" r="${d.pie}" fill="${colour}"/>`;
  const angle = (percent / 100) * 2 * Math.PI;
  const [x, y] = [c + d.pie * Math.sin(angle), c - d.pie * Math.cos(angle)];
  return `<path d="M${c} ${c}V${round(c - d.pie)}A${d.pie} ${d.pie} 0 ${percent > 50 ? 1 : 0} 1 ${round(x)} ${round(y)}Z" fill="${colour}"/>`;
}

const STATES = {
  idle: (d, { ink }) =>
    ring(d, ink) + line(`M${round(d.size / 2 - d.arm * 0.42)} ${d.size / 2 - d.arm}l${d.arm} ${d.arm}l${-d.arm} ${d.arm}`, ink, d.line),
  running: (d, colour, percent) => ring(d, colour.ink) + pie(d, percent, colour.running),
  'running-failed': (d, colour, percent) =>
    `<mask id="m"><rect width="${d.size}" height="${d.size}" fill="#fff"/><rect x="${d.gap}" y="${d.gap}" width="${d.size}" height="${d.size}" rx="${d.dotRound}" fill="#000"/></mask>` +
    `<g mask="url(#m)">${STATES.running(d, colour, percent)}</g>` +
    `<rect x="${d.dot}" y="${d.dot}" width="${d.dotWidth}" height="${d.dotWidth}" rx="${d.dotRound}" fill="${colour.failed}"/>`,
  failed: (d, { failed }) => {
    const [from, to] = [d.size / 2 - d.cross, d.size / 2 + d.cross];
    const width = round(d.size - 2 * d.square);
    return (
      `<mask id="m"><rect width="${d.size}" height="${d.size}" fill="#fff"/>${line(`M${from} ${from}L${to} ${to}M${to} ${from}L${from} ${to}`, '#000', d.crossLine)}</mask>` +
      `<rect x="${d.square}" y="${d.square}" width="${width}" height="${width}" rx="${d.squareRound}" fill="${failed}" mask="url(#m)"/>`
    );
  },
  paused: (d, { ink }) => {
    const [c, apart, half] = [d.size / 2, round(d.arm * 0.55), round(d.arm * 0.95)];
    return (
      ring(d, ink) +
      line(`M${round(c - apart)} ${round(c - half)}v${half * 2}M${round(c + apart)} ${round(c - half)}v${half * 2}`, ink, d.line)
    );
  },
  'no-host': (d, { ink }) => {
    const part = (2 * Math.PI * d.ring) / 4;
    const dashes = ` stroke-dasharray="${round(part * 0.58)} ${round(part * 0.42)}" transform="rotate(19 ${d.size / 2} ${d.size / 2})"`;
    return ring(d, ink, dashes) + line(`M${d.size / 2 - d.bar} ${d.size / 2}h${d.bar * 2}`, ink, d.line);
  },
};

const svg = (state, drawing, colour, percent, width = drawing.size) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${width}" viewBox="0 0 ${drawing.size} ${drawing.size}">${STATES[state](drawing, colour, percent)}</svg>`;

const embedded = (text) => `data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}`;
const picture = (text, width) => `<img width="${width}" height="${width}" src="${embedded(text)}">`;
const page = (body) => `<style>body{margin:0}div{display:flex}img{display:block;flex:none}</style>${body}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH || undefined });
const tab = await browser.newPage();
const draw = async (html, width, height, file) => {
  await tab.setViewportSize({ width, height });
  await tab.setContent(page(html));
  await tab.screenshot({ path: file, omitBackground: true });
};

mkdirSync(join(assets, 'tray'), { recursive: true });
for (const state of Object.keys(STATES))
  writeFileSync(join(assets, 'tray', `${state}.svg`), `${svg(state, DRAWINGS[32], COLOURS.template, 30)}\n`);

const steps = Array.from({ length: 21 }, (_, index) => index * 5);
for (const [name, colour] of Object.entries(COLOURS)) {
  // 44 px is the drawing for 22 px on a screen of twice the density.
  for (const [width, drawing] of [
    [16, DRAWINGS[16]],
    [22, DRAWINGS[22]],
    [32, DRAWINGS[32]],
    [44, DRAWINGS[22]],
  ]) {
    const row = (states) =>
      `<div>${states.map(([state, percent]) => picture(svg(state, drawing, colour, percent, width), width)).join('')}</div>`;
    const html =
      row(steps.map((percent) => ['running', percent])) +
      row(steps.map((percent) => ['running-failed', percent])) +
      row([['idle'], ['failed'], ['no-host'], ['paused']]);
    await draw(html, width * steps.length, width * 3, join(assets, 'tray', `${name}-${width}.png`));
  }
}

mkdirSync(join(assets, 'icons'), { recursive: true });
const icon = readFileSync(join(assets, 'icon.svg'), 'utf8');
for (const width of [16, 24, 32, 48, 64, 128, 256, 512, 1024])
  await draw(picture(icon, width), width, width, join(assets, 'icons', `${width}x${width}.png`));
await browser.close();
