import { expect, test } from 'vitest';
import { axisTime, chartData, MEASURES } from './chart-options.ts';

test('the time axis is told in the unit that fits', () => {
  expect([0, 20, 60, 90, 240, 3600, 4800].map(axisTime)).toEqual(['0', '20 s', '1 min', '1:30', '4 min', '1 h', '1 h 20']);
});

test('samples are drawn from the start on, CPU in cores', () => {
  const sample = { at: 15_000, cpu: 140, memory: 1945.6, memoryKind: 'pss' as const, processes: 14 };
  expect(chartData([sample], 5000, 'cpu')).toEqual([[10], [1.4]]);
  expect(MEASURES.cpu.words(1.4)).toBe('1.4 cores');
  expect(MEASURES.memory.words(MEASURES.memory.of(sample))).toBe('1.9 GB');
});
