import type { Params, Result } from '../../contract/api.ts';
import { resultDocument } from '../../contract/documents.ts';
import { toSnakeCase } from '../../contract/json.ts';
import { EXIT } from '../../contract/status.ts';
import { usage } from '../failure.ts';
import { oneLine } from '../print.ts';
import { withSession } from '../session.ts';
import { nameOf } from '../words.ts';

interface Options {
  category?: string;
  json?: boolean;
}

/** `bge2e pause [ID…] [--category C]`: what runs goes on. */
export async function pause(names: readonly string[], options: Options): Promise<number> {
  return steer('pauseQueue', names, options, (answer) => {
    if (names.length > 0) return taskLines(answer, 'Paused', 'paused already');
    return options.category === undefined
      ? 'The queue is paused: nothing starts until "bge2e resume". What runs goes on.\n'
      : `${oneLine(options.category)} is paused: none of it starts until "bge2e resume --category ${oneLine(options.category)}".\n`;
  });
}

/** `bge2e resume [ID…] [--category C]`: without an argument everything. */
export async function resume(names: readonly string[], options: Options): Promise<number> {
  return steer('resumeQueue', names, options, (answer) => {
    if (names.length > 0) return taskLines(answer, 'Resumed', 'not paused');
    const still = answer.paused.all ? ' The whole queue is still paused; "bge2e resume" lets it go on.' : '';
    return options.category === undefined ? 'Everything goes on.\n' : `${oneLine(options.category)} goes on.${still}\n`;
  });
}

async function steer(
  method: 'pauseQueue' | 'resumeQueue',
  names: readonly string[],
  { category, json = false }: Options,
  text: (answer: Result<'pauseQueue'>) => string,
): Promise<number> {
  if (category !== undefined && names.length > 0) throw usage(`Give tasks or --category, not both: ${names.join(' ')}`);
  const scope: Params<'pauseQueue'> = names.length > 0 ? { tasks: [...names] } : category === undefined ? { all: true } : { category };
  const answer = await withSession((session) => session.call(method, scope));
  process.stdout.write(json ? `${JSON.stringify(document(answer), null, 2)}\n` : text(answer));
  return EXIT.passed;
}

const document = ({ paused, tasks }: Result<'pauseQueue'>) => ({ paused: toSnakeCase(paused), tasks: tasks.map(resultDocument) });

function taskLines({ tasks }: Result<'pauseQueue'>, done: string, otherwise: string): string {
  if (tasks.length === 0) return `Nothing was changed: ${otherwise}.\n`;
  return tasks.map((task) => `${done} ${oneLine(`${nameOf(task)} (${task.id})`)}.\n`).join('');
}
