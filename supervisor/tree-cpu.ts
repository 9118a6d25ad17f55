import { type ProcessEntry, TICK_MS } from './proc.ts';

/** The CPU time of a tree whose processes come and go. */
export class TreeCpu {
  #before = new Map<number, ProcessEntry>();

  /**
   * CPU time, in ms, that the tree has used since the call before; since its start at the first one. `entries` are all its processes, those that were
   * not yet waited for included. What a process did between two calls and took with it into its end comes with its parent, which waits for it.
   */
  advance(entries: readonly ProcessEntry[]): number {
    const now = new Map(entries.map((entry) => [entry.pid, entry]));
    // Counted before, and about to come a second time with whoever waited for them.
    const counted = new Map<number, number>();
    for (const entry of this.#before.values()) {
      if (now.get(entry.pid)?.startTicks === entry.startTicks) continue;
      counted.set(entry.parent, (counted.get(entry.parent) ?? 0) + entry.cpuTicks + entry.reapedTicks);
    }
    let ticks = 0;
    for (const entry of entries) {
      const earlier = this.#before.get(entry.pid);
      const same = earlier?.startTicks === entry.startTicks ? earlier : null;
      ticks += entry.cpuTicks - (same?.cpuTicks ?? 0);
      ticks += Math.max(0, entry.reapedTicks - (same?.reapedTicks ?? 0) - (counted.get(entry.pid) ?? 0));
    }
    this.#before = now;
    return Math.max(0, ticks) * TICK_MS;
  }
}
