import { expect, test } from 'vitest';
import { markText } from './marks.ts';

const segment = (text: string, classes = '') => ({ text, classes, color: null });
const shown = (...args: Parameters<typeof markText>) => markText(...args).map(({ text, marked }) => (marked ? `[${text}]` : text));

test('every place is marked, whatever its case', () => {
  expect(shown([segment('Pay the payment')], 'pay')).toEqual(['[Pay]', ' the ', '[pay]', 'ment']);
});

test('a place that goes over a change of colour is marked in both colours', () => {
  expect(shown([segment('a pa', 'ansi-red'), segment('yment', 'ansi-blue')], 'PAY')).toEqual(['a ', '[pa]', '[y]', 'ment']);
});

test('nothing is marked when nothing is looked for or found', () => {
  expect(shown([segment('a'), segment('b')], '')).toEqual(['a', 'b']);
  expect(shown([segment('a'), segment('b')], 'c')).toEqual(['a', 'b']);
});
