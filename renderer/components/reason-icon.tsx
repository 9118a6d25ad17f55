import { Cpu, Gauge, Hourglass, ListOrdered, Lock, type LucideIcon, MemoryStick, Pause, Timer, Workflow } from 'lucide-react';
import type { WaitKind } from '../../contract/queue.ts';

const ICONS: Readonly<Record<WaitKind, LucideIcon>> = {
  pause: Pause,
  time: Timer,
  task: Workflow,
  key: Lock,
  slot: Hourglass,
  memory: MemoryStick,
  cores: Cpu,
  turn: ListOrdered,
  pressure: Gauge,
};

/** The kind of reason to wait; what a newer host calls otherwise is an hourglass. */
export function ReasonIcon({ kind }: { kind: WaitKind | null | undefined }) {
  const Icon = (kind && ICONS[kind]) || Hourglass;
  return <Icon className="icon icon--s" />;
}
