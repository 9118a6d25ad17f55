import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNewer } from './version-order.ts';

// In the order of https://semver.org/#spec-item-11
const ORDERED = [
  '0.9.0',
  '0.10.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '2.0.0',
];

test('versions are ordered as semver orders them', () => {
  const index = fc.nat(ORDERED.length - 1);
  fc.assert(fc.property(index, index, (a, b) => isNewer(ORDERED[a] ?? '', ORDERED[b] ?? '') === a > b));
});

test('build metadata makes no version newer', () => {
  expect([isNewer('1.0.0+b', '1.0.0+a'), isNewer('1.0.0', '1.0.0+a')]).toEqual([false, false]);
});
