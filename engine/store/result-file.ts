import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultDocument } from '../../contract/documents.ts';
import type { Task } from '../../contract/task.ts';
import { replaceFile } from './replace-file.ts';

const FOLDER = join('test_reports', 'background_e2e');

/** The CTRF report of a result file. */
export const ctrfBeside = (path: string) => path.replace(/\.json$/, '.ctrf.json');

/** Where a task's result file lies: in the tested project, else below the home. */
export function resultFilePaths(task: Task, homeResults: string): { project: string; home: string } {
  return { project: join(task.config.project, FOLDER, `${task.id}.json`), home: join(homeResults, `${task.id}.json`) };
}

/**
 * Writes the result of an ended task and answers it with `resultFile` filled in. A project that cannot be written to has its
 * results in the home; then `note` says so. With neither, the result stays in the database alone. The CTRF report, where there is one,
 * lies beside it.
 */
export async function writeResultFile(
  task: Task,
  homeResults: string,
  report: string | null,
): Promise<{ task: Task; note: string | null }> {
  const paths = resultFilePaths(task, homeResults);
  try {
    const folder = join(task.config.project, FOLDER);
    await stat(task.config.project); // a project that was removed meanwhile is not made again
    await mkdir(folder, { recursive: true });
    // The results neither dirty the project's repository nor wake its watchers.
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch(ignoreExisting);
    return { task: await write(task, paths.project, report), note: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    try {
      return {
        task: await write(task, paths.home, report),
        note: `The result file is ${paths.home}, because the project cannot be written to: ${why}`,
      };
    } catch {
      return { task, note: `No result file could be written: ${why}` };
    }
  }
}

async function write(task: Task, path: string, report: string | null): Promise<Task> {
  const complete: Task = { ...task, resultFile: path };
  await replaceFile(path, `${JSON.stringify(resultDocument(complete), null, 2)}\n`);
  if (report !== null) await copyFile(report, ctrfBeside(path)).catch(() => {}); // there may be none
  return complete;
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
