import { execFile } from 'node:child_process';
import { doctorEntry, findNode, hostEnvironment } from '../client/start-host.ts';
import { DoctorReport } from '../contract/doctor.ts';
import { Refusal } from '../contract/errors.ts';

const LONGEST_MS = 11 * 60_000; // the longest grace that settings allow, and a minute

/** Looks at a home, and ends its leftovers where asked to, in a process that needs no host. Throws a `Refusal` with its sentence. */
export async function doctorReport(home: string, options: readonly ('--end' | '--cancel')[] = []): Promise<DoctorReport> {
  const args = ['--disable-warning=ExperimentalWarning', doctorEntry(), '--home', home, ...options];
  const { failed, stdout, stderr } = await new Promise<{ failed: boolean; stdout: string; stderr: string }>((resolve) => {
    const limits = { env: hostEnvironment(), timeout: LONGEST_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(findNode(), args, limits, (error, stdout, stderr) =>
      resolve({ failed: error !== null, stdout, stderr: stderr || (error?.message ?? '') }),
    );
  });
  if (failed) throw new Refusal('internal', stderr.trim());
  return DoctorReport.parse(JSON.parse(stdout));
}
