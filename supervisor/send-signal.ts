/** Sends a signal to a process, or with a negative number to a group; 0 only asks. False where nobody got it: gone, or not ours to end. */
export function send(target: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, name);
  } catch {
    return false; // ESRCH or EPERM: the next look tells
  }
}
