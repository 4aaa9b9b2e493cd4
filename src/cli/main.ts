/** `wasmeta`: finds the command and runs it. A typed error becomes one line and an exit code: 2 for bad input, 1 for what went wrong on the way. */
import { runCommand } from 'citty';
import { oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { exitCodeOf } from './arguments.ts';
import { commands } from './commands.ts';
import { definitions } from './definitions.ts';
import { commandHelp, mainHelp } from './help.ts';
import { bestEffort, print, remark } from './output.ts';

const asksForHelp = (word: string | undefined) => word === '--help' || word === '-h';

async function run([name, ...rest]: readonly string[]): Promise<void> {
  if (name === '--version' || name === '-v') return print((await import('../runs/provenance.ts')).version());
  if (name === undefined || asksForHelp(name) || name === 'help') {
    const [asked] = name === 'help' ? rest : [];
    return asked === undefined ? print(mainHelp(definitions().commands)) : help(asked);
  }
  const known = oneOf('command', name, Object.keys(commands));
  if (rest.some(asksForHelp)) return help(known);
  await runCommand(await commands[known](), { rawArgs: rest });
}

function help(name: string): void {
  const all = definitions().commands;
  const known = oneOf(
    'command',
    name,
    all.map((command) => command.name),
  );
  print(commandHelp(all.find((command) => command.name === known) as (typeof all)[number]));
}

bestEffort();
run(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
  const told = process.exitCode === 2 || error instanceof WasmetaError;
  remark(`wasmeta: ${told ? (error as Error).message : ((error as Error).stack ?? String(error))}`);
});
