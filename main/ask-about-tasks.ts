import { dialog } from 'electron';
import { plural } from '../engine/notices/what-to-say.ts';
import type { TrayFacts } from './tray/tray-facts.ts';

const ANSWERS = [
  { label: 'Quit; they go on', tasks: 'keep' },
  { label: 'End them, then quit', tasks: 'cancel' },
  { label: 'Don’t quit', tasks: null },
] as const;

/** Asks the person who quits what shall become of the tests that run and wait. */
export async function askAboutTasks({ active }: TrayFacts): Promise<'keep' | 'cancel' | null> {
  const waiting = active.filter(({ task }) => task.state.status === 'queued').length;
  const running = active.length - waiting;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: `${[running > 0 ? `${plural(running, 'run')} under way` : '', waiting > 0 ? `${waiting} waiting` : ''].filter(Boolean).join(', ')}.`,
    detail: 'Without the app they go on in the background, and the next start shows how they ended.',
    buttons: ANSWERS.map(({ label }) => label),
    defaultId: 0,
    cancelId: ANSWERS.length - 1,
    noLink: true,
  });
  return ANSWERS[response]?.tasks ?? null;
}
