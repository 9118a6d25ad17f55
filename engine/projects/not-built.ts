import type { TaskConfig } from '../../contract/task.ts';
import { type Problem, refusal } from './problems.ts';

type Field = keyof TaskConfig;
type Given = Partial<Pick<TaskConfig, 'servicesRequired' | 'useRealServices' | 'useRealLlm'>>;

/** Fields that ask for something this version cannot do yet. Values that ask for nothing (null, false, an empty list) are not among them. */
export function unbuiltFields(config: Given): Problem[] {
  const problems: Problem[] = [];
  const add = (path: Field, field: string, value: string, what: string) =>
    problems.push({ path: [path], at: 'key', field, message: `${field} is ${value}: ${what} not available in this version; remove it` });
  const { servicesRequired } = config;
  if (servicesRequired && servicesRequired.length > 0) {
    add('servicesRequired', 'services_required', `[${servicesRequired.join(', ')}]`, 'checking services before a task is');
  }
  if (config.useRealServices) add('useRealServices', 'use_real_services', 'true', 'choosing real services is');
  if (config.useRealLlm) add('useRealLlm', 'use_real_llm', 'true', 'choosing a real language model is');
  return problems;
}

/** Refuses (`invalid`) a task that asks for something this version cannot do yet, so that it is never silently ignored. */
export function refuseUnbuilt(config: Partial<TaskConfig>): void {
  const problems = unbuiltFields(config);
  if (problems.length > 0) throw refusal(problems);
}
