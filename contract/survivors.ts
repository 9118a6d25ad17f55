import type { Task } from './task.ts';

const MOST_NAMED = 5;

/** Which of a task's processes are still alive although everything was done to end them, as a sentence; null where none is. */
export function survivorsSentence({ attempts }: Pick<Task, 'attempts'>): string | null {
  const survivors = attempts.flatMap(({ end }) => end?.survivors ?? []);
  if (survivors.length === 0) return null;
  const named = survivors.slice(0, MOST_NAMED).map(({ pid, command }) => `${pid} (${command})`);
  if (survivors.length > named.length) named.push(`and ${survivors.length - named.length} more`);
  return `${survivors.length} ${survivors.length === 1 ? 'process' : 'processes'} could not be ended: ${named.join(', ')}`;
}
