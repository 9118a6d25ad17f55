import { writeFile } from 'node:fs/promises';
import { EXIT } from '../../contract/status.ts';
import { usage } from '../failure.ts';
import { withSession } from '../session.ts';
import type { EXPORT_FORMATS } from '../values.ts';
import { taskNamed } from './status.ts';

export interface ExportOptions {
  format: (typeof EXPORT_FORMATS)[number];
  output?: string;
  json?: boolean;
}

/** `bge2e export ID --format F`: a result for other tools and people, on stdout or in a file. */
export async function exportResult(name: string, { format, output, json = false }: ExportOptions): Promise<number> {
  return withSession(async (session) => {
    const { task } = await taskNamed(session, name);
    const { text } = await session.call('exportResult', { task: task.id, format });
    if (output !== undefined) {
      await writeFile(output, text).catch((error: Error) => {
        throw usage(`--output is ${JSON.stringify(output)}: it cannot be written: ${error.message}`);
      });
    }
    const document = { task_id: task.id, format, output: output ?? null, ...(output === undefined ? { text } : {}) };
    if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
    else if (output === undefined) process.stdout.write(text);
    return EXIT.passed;
  });
}
