import { chromiumProblem, knownChromium } from '../setup/chromium.mjs';
import { readStamp } from '../setup/paths.mjs';
import { playwright } from './playwright.mjs';

/** The window in a real Chromium, against a real headless host. */
export async function webTests({ args, report }) {
  const stamp = readStamp();
  if (!knownChromium(stamp)) {
    const why = chromiumProblem(stamp) ?? 'There is no Chromium; run "npm test", which looks for one.';
    console.error(why);
    return [{ passed: 0, failed: 1, skipped: 0, notes: [`FAILED: the web tests could not run. ${why}`] }];
  }
  return [await playwright({ project: 'web', args, report })];
}
