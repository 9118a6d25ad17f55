import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EnvironAnswer, ProcessEntry } from './proc.ts';
import { findTree, type TreeMarks } from './process-tree.ts';

const SELF = 50;
const LEADER = 100;

/** A process beside the tests: its own group and session, a child of init. */
const one = (pid: number, change: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid,
  name: 'x',
  state: 'S',
  parent: 1,
  group: pid,
  session: pid,
  startTicks: String(1000 + pid),
  cpuTicks: 0,
  reapedTicks: 0,
  residentPages: 1,
  ...change,
});
const world = [one(1, { parent: 0 }), one(10), one(SELF, { parent: 10 })];
const leader = one(LEADER, { parent: SELF });
const marks = (change: Partial<TreeMarks> = {}): TreeMarks => ({
  leader: { pid: LEADER, startTicks: leader.startTicks },
  known: new Map(),
  since: 1000 + LEADER,
  groupIsOurs: true,
  self: SELF,
  host: null,
  ...change,
});
const answers =
  (by: Record<number, EnvironAnswer> = {}) =>
  (entry: ProcessEntry): EnvironAnswer =>
    by[entry.pid] ?? 'no';
const pids = (entries: ProcessEntry[]) => entries.map(({ pid }) => pid);

describe('members', () => {
  test('are the first process, what it started at any depth, its group, and what carries the cookie', () => {
    const scan = findTree(
      [
        ...world,
        leader,
        one(101, { parent: LEADER }),
        one(102, { parent: 101 }),
        one(103, { group: LEADER, session: LEADER }),
        one(104),
        one(105, { parent: 104 }),
        one(106),
      ],
      marks(),
      answers({ 104: 'yes' }),
    );
    expect(pids(scan.members)).toEqual([100, 101, 102, 103, 104, 105]);
  });

  test('stay members when every mark is gone but the memory of them', () => {
    const scan = findTree([...world, one(120)], marks({ known: new Map([[120, '1120']]) }), answers());
    expect(pids(scan.members)).toEqual([120]);
  });

  test('are not known by a pid that was given to somebody else', () => {
    const scan = findTree([...world, one(120, { startTicks: '5000' })], marks({ known: new Map([[120, '1120']]) }), answers());
    expect(scan.members).toEqual([]);
  });

  test('are not the dead, but the children of the dead are', () => {
    const scan = findTree([...world, { ...leader, state: 'Z' }, one(101, { parent: LEADER })], marks(), answers());
    expect(pids(scan.members)).toEqual([101]);
  });

  test('are not those whose group has the number of ours because it was given out again', () => {
    const reused = one(LEADER, { startTicks: '9000' });
    const scan = findTree([...world, reused, one(300, { group: LEADER, session: LEADER, startTicks: '9001' })], marks(), answers());
    expect(scan.members).toEqual([]);
  });

  test('of a group without its leader are trusted only where the group was watched, or one of them is surely ours', () => {
    const mates = [one(101, { group: LEADER, session: LEADER }), one(102, { group: LEADER, session: LEADER })];
    expect(pids(findTree([...world, ...mates], marks(), answers()).members)).toEqual([101, 102]);
    expect(findTree([...world, ...mates], marks({ groupIsOurs: false }), answers()).members).toEqual([]);
    expect(pids(findTree([...world, ...mates], marks({ groupIsOurs: false }), answers({ 101: 'yes' })).members)).toEqual([101, 102]);
    expect(pids(findTree([...world, ...mates], marks({ groupIsOurs: false, known: new Map([[102, '1102']]) }), answers()).members)).toEqual(
      [101, 102],
    );
  });

  test('are not the host that the tests have started, nor anything below it, unless that carries the cookie', () => {
    const host = one(200, { parent: LEADER });
    const supervisor = one(201, { parent: 200 });
    const nested = one(202, { parent: 201 });
    expect(pids(findTree([...world, leader, host, supervisor, nested], marks({ host: 200 }), answers({ 202: 'yes' })).members)).toEqual([
      100, 202,
    ]);
    // A stale host.json whose pid one of the tests has got.
    expect(pids(findTree([...world, leader, host], marks({ host: 200 }), answers({ 200: 'yes' })).members)).toEqual([100, 200]);
  });

  test('are never the one who looks nor a process older than the attempt, whatever else is true', () => {
    const state = fc.constantFrom('S', 'R', 'Z');
    const pid = fc.integer({ min: 2, max: 30 });
    const entries = fc.uniqueArray(
      fc.record({ pid, parent: pid, group: pid, session: pid, state, start: fc.integer({ min: 0, max: 30 }) }),
      { selector: (entry) => entry.pid },
    );
    const answer = fc.constantFrom<EnvironAnswer>('yes', 'no', 'unclear', 'foreign');
    fc.assert(
      fc.property(entries, fc.array(answer, { minLength: 31, maxLength: 31 }), fc.boolean(), (rows, given, groupIsOurs) => {
        // A child is never older than its parent.
        const start = new Map(rows.map((row) => [row.pid, row.start]));
        const processes = rows
          .filter((row) => row.start >= (start.get(row.parent) ?? 0))
          .map((row) =>
            one(row.pid, { parent: row.parent, group: row.group, session: row.session, state: row.state, startTicks: String(row.start) }),
          );
        const own = { leader: { pid: 7, startTicks: '10' }, known: new Map<number, string>(), since: 10, groupIsOurs, self: 5, host: null };
        const scan = findTree(processes, own, (entry) => given[entry.pid] ?? 'no');
        for (const entry of scan.members) {
          expect(entry.pid).not.toBe(5);
          expect(Number(entry.startTicks)).toBeGreaterThanOrEqual(10);
          expect(entry.state).not.toBe('Z');
        }
        // Who alone is unclear is left alone: it takes a proof to be ended.
        expect(pids(scan.doubtful).filter((id) => pids(scan.members).includes(id))).toEqual([]);
      }),
    );
  });
});

describe('doubtful', () => {
  const unclear = answers({ 300: 'unclear', 301: 'unclear', 302: 'foreign' });

  test('are orphans whose environment tells nothing, and what these have started', () => {
    expect(pids(findTree([...world, leader, one(300), one(301, { parent: 300 }), one(302)], marks(), unclear).doubtful)).toEqual([
      300, 301,
    ]);
    expect(pids(findTree([...world, leader, one(300, { parent: 10 })], marks(), unclear).doubtful)).toEqual([300]); // 10 may adopt: it is above us
  });

  test('are not those that another living process has started, nor those older than the attempt', () => {
    expect(findTree([...world, leader, one(20), one(300, { parent: 20 })], marks(), unclear).doubtful).toEqual([]);
    expect(findTree([...world, leader, one(300, { startTicks: '900' })], marks(), unclear).doubtful).toEqual([]);
  });
});
