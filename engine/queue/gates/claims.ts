import type { Claim } from '../queue-task.ts';
import { fits } from '../room.ts';
import type { Wait } from '../wait.ts';
import type { Gate } from './gate.ts';

/** How soon free memory is looked at again: other programs give it back without saying so. */
const LOOK_AGAIN_MS = 10_000;

/** What a task is expected to need has to be free. Where nothing of ours runs, it starts whatever it needs: waiting would not help. */
export const claims: Gate = (task, { room, rules, now }) => {
  if (!rules.useClaims || task.foreground || room.running === 0) return null;
  const { reservation } = room;
  if (fits(task.claim, room.free) && (!reservation || (!reservation.isStrict && fits(task.claim, reservation.beside)))) return null;
  if (reservation)
    return {
      kind: 'turn',
      text: `Waits because #${reservation.number} gets the cores and the memory that become free first`,
      letsOthersPass: true,
    };
  return { ...shortage(task.claim, room.free, now), reserves: true };
};

function shortage(claim: Claim, free: Claim, now: number): Wait {
  if (claim.memoryMb > 0 && claim.memoryMb > free.memoryMb) {
    const text = `Waits for ${gib(claim.memoryMb)} GiB of memory, of which ${gib(free.memoryMb)} are free beside what runs`;
    return { kind: 'memory', text, wakeAt: now + LOOK_AGAIN_MS, letsOthersPass: true };
  }
  return {
    kind: 'cores',
    text: `Waits for ${round(claim.cores)} cores, of which ${round(Math.max(0, free.cores))} are free beside what runs`,
    letsOthersPass: true,
  };
}

const gib = (mb: number) => (Math.max(0, mb) / 1024).toFixed(1);
const round = (cores: number) => String(Math.round(cores * 10) / 10);
