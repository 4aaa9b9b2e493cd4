/** `wasmeta`: finds the command and runs it. An error becomes one line and an exit code: 2 for bad input, 1 for anything else. */
import { stripVTControlCharacters } from 'node:util';
import { type CommandDef, renderUsage, runCommand } from 'citty';
import { oneOf } from '../core/checks.ts';
import { version } from '../runs/provenance.ts';
import { exitCodeOf } from './arguments.ts';
import { bench } from './bench.ts';
import { check } from './check.ts';
import { compare } from './compare.ts';
import { completion } from './completion.ts';
import { envs } from './envs.ts';
import { evaluate } from './evaluate.ts';
import { exportRun } from './export.ts';
import { create } from './new.ts';
import { bestEffort, print, remark } from './output.ts';
import { quickstart } from './quickstart.ts';
import { recipes } from './recipes.ts';
import { report } from './report.ts';
import { reproduce } from './reproduce.ts';
import { rollout } from './rollout.ts';
import { runs } from './runs.ts';
import { sweep } from './sweep.ts';
import { train } from './train.ts';

const commands = {
  quickstart,
  envs,
  recipes,
  train,
  evaluate,
  report,
  rollout,
  export: exportRun,
  compare,
  reproduce,
  sweep,
  runs,
  bench,
  new: create,
  check,
  completion: completion(() => commands),
} as unknown as Record<string, CommandDef>; // each takes arguments of its own, which no common type can say
const main: CommandDef = {
  meta: { name: 'wasmeta', description: 'Meta-reinforcement learning at WebAssembly speed' },
  subCommands: commands,
};

async function usage(text: Promise<string>): Promise<void> {
  process.stdout.write(`${process.stdout.isTTY ? await text : stripVTControlCharacters(await text)}\n`);
}

async function run(rawArgs: readonly string[]): Promise<void> {
  const [name, ...rest] = rawArgs;
  if (name === undefined || name === '--help' || name === '-h') return usage(renderUsage(main));
  if (name === '--version' || name === '-v') return print(version());
  const command = commands[oneOf('command', name, Object.keys(commands))];
  if (rest.includes('--help') || rest.includes('-h')) return usage(renderUsage(command, main));
  await runCommand(command, { rawArgs: rest });
}

bestEffort();
run(process.argv.slice(2)).catch((error: unknown) => {
  const bad = exitCodeOf(error) === 2 || (error as { name?: string }).name === 'CLIError';
  remark(`wasmeta: ${bad ? (error as Error).message : ((error as Error).stack ?? String(error))}`);
  process.exitCode = bad ? 2 : 1;
});
