import type { TestCase } from '../../contract/result.ts';
import { countsOf, durationText, type Exported, factsOf, headlineOf, placeOf, testsOf, titleOf } from './exported.ts';

const STYLE = `:root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}body{margin:2rem auto;max-width:64rem;padding:0 1rem}
h1{font-size:1.4rem}dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem 1rem}dt{opacity:.7}dd{margin:0}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8884;padding:.3rem .5rem;text-align:left;vertical-align:top}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}.failed{color:#c62828}.flaky{color:#b26a00}.passed{color:#2e7d32}.skipped{opacity:.6}`;

/** A result as one HTML page of its own: no script, nothing that is loaded from anywhere. */
export function toHtml(exported: Exported): string {
  const { task } = exported;
  const facts = factsOf(task).map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  const rows = testsOf(exported).map(row);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(headlineOf(task))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1 class="${task.verdict ?? ''}">${escaped(headlineOf(task))}</h1>
<p><strong>${escaped(countsOf(task))}</strong></p>
<dl>${facts.join('')}</dl>
${task.error === null ? '' : `<pre class="failed">${escaped(task.error)}</pre>`}
${rows.length === 0 ? '<p>No tests are known of this run.</p>' : `<table>\n<thead><tr><th>Outcome</th><th>Test</th><th>Took</th></tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`}
</body>
</html>
`;
}

function row(test: TestCase): string {
  const place = placeOf(test);
  const text = [test.message, test.trace].filter((part) => part !== null && part !== '').join('\n\n');
  const open = test.status === 'failed' && !test.quarantined ? ' open' : '';
  const detail = text === '' ? '' : `<details${open}><summary>Message</summary><pre>${escaped(text)}</pre></details>`;
  const where = place === '' ? '' : `<br><small>${escaped(place)}</small>`;
  const outcome = test.quarantined ? 'failed, in quarantine' : test.status;
  return `<tr><td class="${test.status}">${outcome}</td><td>${escaped(titleOf(test))}${where}${detail}</td><td>${escaped(durationText(test.durationMs))}</td></tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand anywhere in a page, without control characters and those that turn the direction of text. */
function escaped(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
