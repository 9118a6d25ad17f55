import { expect, test } from 'vitest';
import { taskkill } from './end-unseen.ts';

test('on Windows the whole tree is asked, then forced, by the program of the system folder and no other', () => {
  const env = { SystemRoot: 'D:\\WINDOWS', PATH: 'C:\\tests' };
  expect(taskkill(4711, false, env)).toEqual({ file: 'D:\\WINDOWS\\System32\\taskkill.exe', args: ['/PID', '4711', '/T'] });
  expect(taskkill(4711, true, env)).toEqual({ file: 'D:\\WINDOWS\\System32\\taskkill.exe', args: ['/PID', '4711', '/T', '/F'] });
  expect(taskkill(1, false, {}).file).toBe('C:\\Windows\\System32\\taskkill.exe');
});
