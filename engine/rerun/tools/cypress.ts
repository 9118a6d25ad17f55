import { eachOf, withoutOptions } from '../arguments.ts';
import { filesOf } from '../failed-tests.ts';
import type { RerunTool } from './tool.ts';

/** Whole spec files, because Cypress selects nothing smaller: https://docs.cypress.io/app/references/command-line */
export const cypressTool: RerunTool = {
  selections(given, failed) {
    const files = filesOf(failed);
    if (files === null) return [];
    const { command, args, additional } = eachOf(given, (words) => withoutOptions(words, { valued: ['--spec', '-s'] }));
    const note = 'Cypress selects whole spec files, so the other tests in them run too.';
    return [{ arguments: { command, args: [...args, '--spec', files.join(',')], additional }, note }];
  },
};
