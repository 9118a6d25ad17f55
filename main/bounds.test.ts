import { expect, test } from 'vitest';
import { boundsOnScreen } from './bounds.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const bounds = (x: number, y: number) => ({ x, y, width: 1280, height: 800 });

test('kept bounds are used again where the window can be reached', () => {
  expect(boundsOnScreen(bounds(100, 50), [screen])).toEqual(bounds(100, 50));
  expect(boundsOnScreen(bounds(-1000, 50), [screen])).toEqual(bounds(-1000, 50));
  expect(boundsOnScreen(bounds(2000, 50), [screen, { ...screen, x: 1920 }])).toEqual(bounds(2000, 50));
});

test('a window of a screen that is gone comes back to one that is there', () => {
  expect(boundsOnScreen(bounds(2000, 50), [screen])).toBeNull();
  expect(boundsOnScreen(bounds(100, 1200), [screen])).toBeNull();
  expect(boundsOnScreen(bounds(100, -400), [screen])).toBeNull();
  expect(boundsOnScreen(null, [screen])).toBeNull();
});
