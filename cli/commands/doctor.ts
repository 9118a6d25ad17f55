import { homeFolder } from '../../client/home.ts';
import { findNode } from '../../client/start-host.ts';
import type { DoctorReport, Finding } from '../../contract/doctor.ts';
import { Refusal } from '../../contract/errors.ts';
import { toSnakeCase } from '../../contract/json.ts';
import { EXIT } from '../../contract/status.ts';
import { doctorReport } from '../doctor-report.ts';
import { oneLine, onStdout, type Paint } from '../print.ts';

/** `bge2e doctor`: what is not as it should be in this home. Needs no host and starts none. */
export async function doctor({ json = false }: { json?: boolean }): Promise<number> {
  const home = homeFolder();
  const report = withoutNode(home) ?? (await doctorReport(home));
  process.stdout.write(json ? `${JSON.stringify(toSnakeCase(report), null, 2)}\n` : doctorText(report, onStdout().paint));
  return report.ok ? EXIT.passed : EXIT.failed;
}

/** Without a Node for it nothing can be looked at, and that is the finding. */
function withoutNode(home: string): DoctorReport | null {
  try {
    findNode();
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const whatToDo = 'Then try again: nothing else could be looked at.';
    const finding: Finding = { kind: 'node', message: error.message, whatToDo, processes: [], taskId: null, attempt: null };
    return { schema: 1, home, ok: false, facts: [], findings: [finding], ended: [], survivors: [], removed: [] };
  }
}

function doctorText({ facts, findings }: DoctorReport, paint: Paint): string {
  const lines = facts.map((fact) => `${paint('green', '✓')} ${oneLine(fact)}`);
  for (const { message, whatToDo, processes } of findings) {
    lines.push(`${paint('red', '✗')} ${oneLine(message)}`);
    for (const { pid, command } of processes) lines.push(`    ${pid}  ${oneLine(command)}`);
    lines.push(`  ${oneLine(whatToDo)}`);
  }
  return `${lines.join('\n')}\n`;
}
