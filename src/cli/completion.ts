/** `wasmeta completion SHELL`: a completion script, made from the commands' own definitions. */
import { defineCommand } from 'citty';
import { oneOf } from '../core/checks.ts';
import { checkFlags } from './arguments.ts';
import { type Definition, type Definitions, definitions } from './definitions.ts';
import { print } from './output.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

interface Flag {
  readonly name: string;
  readonly takesValue: boolean;
  readonly takesFile: boolean;
  readonly description: string;
}

function flagsOf({ args }: Definition): Flag[] {
  const flags = args
    .filter(({ positional }) => !positional)
    .map(({ name, takes, description }) => ({
      name,
      takesValue: takes !== null,
      takesFile: takes === 'FILE' || takes === 'DIR' || takes === 'PATH',
      description,
    }));
  return [...flags, { name: 'help', takesValue: false, takesFile: false, description: 'usage' }];
}

/** Whether the command takes a run folder or a file. */
const takesFolder = ({ args }: Definition) =>
  args.some(({ positional, name }) => positional && (name.startsWith('dir') || name === 'path'));

/** Values that are offered for a command's positional argument, by the command's name. */
const positionalValues = ({ values }: Definitions): Readonly<Record<string, readonly string[]>> => ({
  completion: shells,
  recipes: values.recipe,
});

function bash(all: Definitions): string {
  const { commands, values } = all;
  const flags = commands.flatMap(flagsOf);
  const dashes = (flags: readonly Flag[]) => [...new Set(flags.map(({ name }) => `--${name}`))];
  const known = Object.entries(values).map(([name, offered]) => `    --${name}) words='${offered.join(' ')}' ;;`);
  const files = dashes(flags.filter(({ name, takesFile }) => takesFile && !(name in values))).join(' | ');
  const free = dashes(flags.filter(({ name, takesValue, takesFile }) => takesValue && !takesFile && !(name in values))).join(' | ');
  const cases = commands.map((command) => {
    const words = [...(positionalValues(all)[command.name] ?? []), ...dashes(flagsOf(command))].join(' ');
    return `        ${command.name}) words='${words}'${takesFolder(command) ? ' folder=1' : ''} ;;`;
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
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current"))
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

function zsh(all: Definitions): string {
  const { commands, values } = all;
  const offer = (known: readonly string[] | undefined, files: boolean) => (known ? `(${known.join(' ')})` : files ? '_files' : '');
  const spec = ({ name, takesValue, takesFile, description }: Flag) => {
    const action = takesValue ? `:${name}:${offer(values[name], takesFile)}` : '';
    return quoted(`*--${name}${takesValue ? '=' : ''}[${plain(description)}]${action}`);
  };
  const cases = commands.map((command) => {
    const argument = offer(positionalValues(all)[command.name], takesFolder(command));
    return `    ${command.name}) _arguments ${flagsOf(command).map(spec).join(' ')}${argument && ` ${quoted(`*:argument:${argument}`)}`} ;;`;
  });
  return `#compdef wasmeta
# wasmeta's completion for zsh: source <(wasmeta completion zsh), or this text as _wasmeta in a folder of $fpath
_wasmeta() {
  if ((CURRENT == 2)); then
    local -a commands=(${commands.map(({ name, description }) => quoted(`${name}:${plain(description)}`)).join(' ')})
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

function fish(all: Definitions): string {
  const lines = all.commands.flatMap((command) => {
    const { name, description } = command;
    const inside = `complete -c wasmeta -n '__fish_seen_subcommand_from ${name}'`;
    const words = positionalValues(all)[name];
    return [
      `complete -c wasmeta -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
      ...(takesFolder(command) ? [] : [`${inside} -f${words ? ` -a '${words.join(' ')}'` : ''}`]),
      ...flagsOf(command).map(({ name, takesValue, takesFile, description }) => {
        const known = all.values[name];
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

export const completion = defineCommand({
  meta: { name: 'completion', description: 'Print a completion script: source <(wasmeta completion bash)' },
  args,
  run({ args: { shell }, rawArgs }) {
    checkFlags(rawArgs, args);
    print({ bash, zsh, fish }[oneOf('shell', shell, shells)](definitions()));
  },
});
