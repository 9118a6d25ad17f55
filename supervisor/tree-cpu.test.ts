import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProcessEntry } from './proc.ts';
import { TreeCpu } from './tree-cpu.ts';

const entry = (pid: number, parent: number, cpuTicks: number, reapedTicks = 0): ProcessEntry => ({
  pid,
  parent,
  cpuTicks,
  reapedTicks,
  name: 'x',
  state: 'R',
  group: 1,
  session: 1,
  startTicks: String(pid),
  residentPages: 1,
});

test('what a child used is counted once, whether it lives, has ended or was waited for', () => {
  const cpu = new TreeCpu();
  expect(cpu.advance([entry(1, 0, 5), entry(2, 1, 10)])).toBe(150);
  expect(cpu.advance([entry(1, 0, 5), { ...entry(2, 1, 12), state: 'Z' }])).toBe(20);
  expect(cpu.advance([entry(1, 0, 6, 12)])).toBe(10);
  expect(cpu.advance([entry(1, 0, 6, 12)])).toBe(0);
});

test('a child that came and went between two looks is counted with its parent', () => {
  const cpu = new TreeCpu();
  cpu.advance([entry(1, 0, 0)]);
  expect(cpu.advance([entry(1, 0, 0, 30)])).toBe(300);
});

test('an orphan that ended takes nothing off the others', () => {
  const cpu = new TreeCpu();
  cpu.advance([entry(1, 0, 0), entry(2, 999, 50)]);
  expect(cpu.advance([entry(1, 0, 20)])).toBe(200);
});

test('a pid that was given out again is another process', () => {
  const cpu = new TreeCpu();
  cpu.advance([entry(1, 0, 0), entry(2, 1, 50)]);
  expect(cpu.advance([entry(1, 0, 0, 50), { ...entry(2, 1, 7), startTicks: '9' }])).toBe(70);
});

/** A family of one parent whose children work, end and are waited for, one step after the other. */
const step = fc.oneof(
  fc.record({ what: fc.constantFrom('start', 'end', 'reap'), ticks: fc.constant(0) }),
  fc.record({ what: fc.constant('work'), ticks: fc.nat(20) }),
  fc.record({ what: fc.constant('look'), ticks: fc.constant(0) }),
);

test('over any course of a family the sum is what it used', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cpu = new TreeCpu();
      let parent = entry(1, 0, 0);
      let children: ProcessEntry[] = [];
      let used = 0;
      let told = 0;
      let next = 2;
      const look = () => {
        told += cpu.advance([parent, ...children]);
      };
      for (const { what, ticks } of steps) {
        const living = children.find(({ state }) => state === 'R');
        const ended = children.find(({ state }) => state === 'Z');
        if (what === 'start') children.push(entry(next++, 1, 0));
        if (what === 'work') {
          used += ticks;
          if (living) living.cpuTicks += ticks;
          else parent = { ...parent, cpuTicks: parent.cpuTicks + ticks };
        }
        if (what === 'end' && living) living.state = 'Z';
        if (what === 'reap' && ended) {
          parent = { ...parent, reapedTicks: parent.reapedTicks + ended.cpuTicks };
          children = children.filter((child) => child !== ended);
        }
        if (what === 'look') look();
        children = children.map((child) => ({ ...child }));
      }
      look();
      expect(told).toBe(used * 10);
    }),
  );
});
