import { expect, test } from 'vitest';
import { saysHalt, saysStopping } from './shutdown.ts';

test.each([
  ['stopping\n', true],
  ['running\n', false],
  ['degraded\n', false],
  ['', false],
])('systemd that answers %j', (answer, expected) => expect(saysStopping(answer)).toBe(expected));

test.each([
  ['5 0\n', true],
  ['2 6\n', true],
  ['N 5\n', false],
  ['unknown\n', false],
  ['', false],
])('an init that answers %j', (answer, expected) => expect(saysHalt(answer)).toBe(expected));
