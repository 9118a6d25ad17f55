import type { Gate } from './gate.ts';

/** The pressure is an average of ten seconds. */
const LOOK_AGAIN_MS = 10_000;

/** On a machine in trouble no second task starts; the first always may. */
export const pressure: Gate = (task, { facts: { machine }, rules: { pressurePercent }, room, now }) => {
  if (task.foreground || room.running === 0 || !machine.pressure) return null;
  for (const kind of ['memory', 'cpu'] as const) {
    const most = pressurePercent[kind];
    const is = machine.pressure[kind];
    if (most === null || is < most) continue;
    const name = kind === 'cpu' ? 'CPU' : 'memory';
    const text = `Waits for the machine's ${name} pressure to fall below ${most} %; it is ${Math.round(is)} %`;
    return { kind: 'pressure', text, wakeAt: now + LOOK_AGAIN_MS, letsOthersPass: false };
  }
  return null;
};
