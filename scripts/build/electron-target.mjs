import { electronBinary, electronVersions } from '../setup/electron.mjs';

// What Electron 45 carries, for a build where no Electron can be asked.
const UNASKED = { node: '24.18', v8: '15.6' };

/** Node's and Chromium's versions of the Electron that will run, as targets for a bundler: `{ node: 'node24.18', chrome: 'chrome156' }`. */
export function electronTargets() {
  const binary = electronBinary();
  const versions = (binary && electronVersions(binary)) || UNASKED;
  const numbers = (version) => version.split('.').map((part) => Number.parseInt(part, 10));
  const [major, minor] = numbers(versions.node);
  // Run as Node it does not tell Chromium's version; V8's is that divided by ten (https://v8.dev/docs/version-numbers).
  const [tens, ones] = numbers(versions.v8);
  return { node: `node${major}.${minor}`, chrome: `chrome${tens * 10 + ones}` };
}
