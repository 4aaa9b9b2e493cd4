/** `wasmeta completion SHELL`: a completion script, made from the commands' own definitions. */
import type { ArgsDef, CommandDef } from 'citty';
import { defineCommand } from 'citty';
import { algorithms } from '../algorithms/registry.ts';
import { oneOf } from '../core/checks.ts';
import { familyIds, familyOf } from '../envs/registry.ts';
import { recipesOf } from '../runs/recipes.ts';
import { checkFlags } from './arguments.ts';
import { print } from './output.ts';

type Commands = Readonly<Record<string, CommandDef>>;

const shells = ['bash', 'zsh', 'fish'] as const;

/** Values that are offered for a flag, by the flag's name. */
function flagValues(): Record<string, readonly string[]> {
  const tasks = familyIds().flatMap((id) => Object.keys(familyOf(id).presets));
  return { algo: algorithms, env: familyIds(), preset: [...new Set(tasks)], recipe: recipeNames() };
}

function recipeNames(): string[] {
  return [...new Set(algorithms.flatMap((algo) => recipesOf(algo).map(({ name }) => name)))];
}

/** Values that are offered for a command's positional argument, by the command's name. */
function positionalValues(): Record<string, readonly string[]> {
  return { completion: shells, recipes: recipeNames() };
}

interface Flag {
  readonly name: string;
  readonly takesValue: boolean;
  readonly takesFile: boolean;
  readonly description: string;
}

function flagsOf(command: CommandDef): Flag[] {
  const flags = Object.entries((command.args ?? {}) as ArgsDef)
    .filter(([, { type }]) => type !== 'positional')
    .map(([name, { type, description = '', valueHint }]) => ({
      name,
      takesValue: type !== 'boolean',
      takesFile: valueHint === 'FILE' || valueHint === 'DIR',
      description,
    }));
  return [...flags, { name: 'help', takesValue: false, takesFile: false, description: 'usage' }];
}

/** Whether the command takes a run folder. */
function takesFolder({ args = {} }: CommandDef): boolean {
  return Object.entries(args as ArgsDef).some(([name, { type }]) => type === 'positional' && name.startsWith('dir'));
}

const describe = (command: CommandDef) => (command.meta as { description?: string } | undefined)?.description ?? '';

function bash(commands: Commands): string {
  const all = Object.values(commands).flatMap(flagsOf);
  const dashes = (flags: readonly Flag[]) => [...new Set(flags.map(({ name }) => `--${name}`))];
  const known = Object.entries(flagValues()).map(([name, values]) => `    --${name}) words='${values.join(' ')}' ;;`);
  const files = dashes(all.filter(({ takesFile }) => takesFile)).join(' | ');
  const free = dashes(all.filter(({ name, takesValue, takesFile }) => takesValue && !takesFile && !(name in flagValues()))).join(' | ');
  const cases = Object.entries(commands).map(([name, command]) => {
    const words = [...(positionalValues()[name] ?? []), ...dashes(flagsOf(command))].join(' ');
    return `        ${name}) words='${words}'${takesFolder(command) ? ' folder=1' : ''} ;;`;
  });
  return `# wasmeta's completion for bash: source <(wasmeta completion bash)
_wasmeta_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
}
_wasmeta() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words= folder=
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${Object.keys(commands).join(' ')} --help' -- "$current"))
    return
  fi
  case $previous in
${known.join('\n')}
    ${files})
      _wasmeta_files "$current"
      return
      ;;
    ${free}) return ;;
    *)
      case \${COMP_WORDS[1]} in
${cases.join('\n')}
      esac
      ;;
  esac
  if [[ $folder && $current != -* ]]; then
    _wasmeta_files "$current"
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o filenames -F _wasmeta wasmeta`;
}

/** Text in single quotes, for zsh and fish. */
const quoted = (text: string) => `'${text.replaceAll("'", '’').replaceAll('\\', '')}'`;
/** A description in a zsh spec, where brackets and colons mean something. */
const plain = (text: string) => text.replace(/[[\]:]/g, ' ');

function zsh(commands: Commands): string {
  const offer = (values: readonly string[] | undefined, files: boolean) => (values ? `(${values.join(' ')})` : files ? '_files' : '');
  const spec = ({ name, takesValue, takesFile, description }: Flag) => {
    const action = takesValue ? `:${name}:${offer(flagValues()[name], takesFile)}` : '';
    return quoted(`*--${name}${takesValue ? '=' : ''}[${plain(description)}]${action}`);
  };
  const cases = Object.entries(commands).map(([name, command]) => {
    const argument = offer(positionalValues()[name], takesFolder(command));
    return `    ${name}) _arguments ${flagsOf(command).map(spec).join(' ')}${argument && ` ${quoted(`*:argument:${argument}`)}`} ;;`;
  });
  return `#compdef wasmeta
# wasmeta's completion for zsh: source <(wasmeta completion zsh), or this text as _wasmeta in a folder of $fpath
_wasmeta() {
  if ((CURRENT == 2)); then
    local -a commands=(${Object.entries(commands)
      .map(([name, command]) => quoted(`${name}:${plain(describe(command))}`))
      .join(' ')})
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _wasmeta wasmeta`;
}

function fish(commands: Commands): string {
  const lines = Object.entries(commands).flatMap(([name, command]) => {
    const inside = `complete -c wasmeta -n '__fish_seen_subcommand_from ${name}'`;
    const values = positionalValues()[name];
    return [
      `complete -c wasmeta -f -n __fish_use_subcommand -a ${name} -d ${quoted(describe(command))}`,
      ...(takesFolder(command) ? [] : [`${inside} -f${values ? ` -a '${values.join(' ')}'` : ''}`]),
      ...flagsOf(command).map(({ name, takesValue, takesFile, description }) => {
        const known = flagValues()[name];
        const value = takesValue ? (takesFile ? ' -r -F' : ` -x${known ? ` -a '${known.join(' ')}'` : ''}`) : '';
        return `${inside} -l ${name}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# wasmeta's completion for fish: wasmeta completion fish | source\n${lines.join('\n')}`;
}

const args = {
  shell: { type: 'positional', description: 'bash, zsh or fish', required: true },
} as const;

/** `commands` is asked when the command runs: this one is among them. */
export function completion(commands: () => Commands) {
  return defineCommand({
    meta: { name: 'completion', description: 'Print a completion script: source <(wasmeta completion bash)' },
    args,
    run({ args: { shell }, rawArgs }) {
      checkFlags(rawArgs, args);
      print({ bash, zsh, fish }[oneOf('shell', shell, shells)](commands()));
    },
  });
}
