import { expect, test } from 'vitest';
import { attemptEnvironment } from './environment.ts';

test('later layers win over the submitter and over each other', () => {
  expect(attemptEnvironment({ A: 'submitter', B: 'submitter', C: 'submitter' }, { B: 'category', C: 'category' }, { C: 'task' })).toEqual({
    A: 'submitter',
    B: 'category',
    C: 'task',
  });
});

test('what describes the submitting program is removed, and what a task asks for itself is kept', () => {
  const submitter = {
    PATH: '/bin',
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: '--inspect',
    npm_config_registry: 'x',
    INIT_CWD: '/',
    BGE2E_HOME: '/h',
    NODE_COMPILE_CACHE: '/c',
  };
  expect(attemptEnvironment(submitter, { NODE_OPTIONS: '--max-old-space-size=4096' })).toEqual({
    PATH: '/bin',
    NODE_OPTIONS: '--max-old-space-size=4096',
  });
});

test('the cookies of outer attempts are kept, so that ending the outer one finds the inner one', () => {
  expect(attemptEnvironment({ BGE2E_ATTEMPT_abc_1: '1', BGE2E_NODE: '/n' }, { BGE2E_ATTEMPT_def_1: '1' })).toEqual({
    BGE2E_ATTEMPT_abc_1: '1',
    BGE2E_ATTEMPT_def_1: '1',
  });
});
