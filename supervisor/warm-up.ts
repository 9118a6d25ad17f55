import { identityOf } from './identity.ts';
import { NO_LIMITS, planLimits, thisMachine } from './limits/ladder.ts';
import { spawnTests } from './spawn-tests.ts';

/** Does once what each start does, so that its code is compiled by then: some 10 ms that the tests do not wait for. */
export async function warmUp(): Promise<void> {
  const env = { PATH: process.env.PATH ?? '' };
  const { wrapper } = planLimits(NO_LIMITS, thisMachine(env));
  const started = await spawnTests({ argv: [process.execPath, '--version'], cwd: process.cwd(), env }, wrapper);
  if ('exit' in started) await started.exit;
  identityOf(process.pid);
}
