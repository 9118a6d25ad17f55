import { Command, CommanderError } from 'commander';
import { VERSION } from '../client/version.ts';
import { EXIT } from '../contract/status.ts';
import { report, usage } from './failure.ts';

/** A command whose own complaints end here, as sentences with exit code 2. Sub-commands made from it take this over. */
export function newProgram(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({ outputError: () => {} }); // `runProgram` says it, once
}

/** Splits at the first `--`: what follows belongs to the tests. */
export function splitArguments(args: readonly string[]): { own: string[]; forTests: string[] } {
  const at = args.indexOf('--');
  return at === -1 ? { own: [...args], forTests: [] } : { own: args.slice(0, at), forTests: args.slice(at + 1) };
}

/** Runs a program to its exit code. Errors are sentences on stderr, or `{"error": …}` where `--json` was given. */
export async function runProgram(program: Command, own: readonly string[]): Promise<void> {
  // `… | head` is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? EXIT.passed);
  });
  try {
    await program.parseAsync([...own], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return; // help or version
    if (error instanceof CommanderError && error.code === 'commander.help') {
      process.exitCode = EXIT.usage; // it was printed because no command was given
      return;
    }
    process.exitCode = report(error instanceof CommanderError ? usage(sentenceOf(error)) : error, own.includes('--json'));
  }
}

/** `error: unknown command 'ad'\n(Did you mean add?)` → `Unknown command 'ad'. (Did you mean add?)` */
function sentenceOf({ code, message }: CommanderError): string {
  const [first = '', ...hints] = message.replace(/^error: /, '').split('\n');
  if (code === 'commander.excessArguments' && /'(?:add|run|unified-test-runner)'/.test(first))
    hints.push('What is meant for the tests follows --.');
  if (code === 'commander.missingArgument' && first.includes("'id'")) hints.push("To a shell, # begins a comment: write '#42' in quotes.");
  const sentence = first.charAt(0).toUpperCase() + first.slice(1);
  return [/[.?!)]$/.test(sentence) ? sentence : `${sentence}.`, ...hints].join(' ').trim();
}
