/** `--help`, of the command line and of every command, laid out for the width of the terminal. */
import type { Argument, Definition } from './definitions.ts';
import { columns, lines, screenWidth } from './layout.ts';
import { strong } from './output.ts';

export function mainHelp(commands: readonly Definition[]): string {
  return [
    'wasmeta: meta-reinforcement learning at WebAssembly speed',
    '',
    `${strong('Usage')}: wasmeta COMMAND [arguments]`,
    '',
    strong('Commands'),
    columns(commands.map(({ name, description }) => [name, description])),
    '',
    columns([
      ['COMMAND --help', 'what a command takes'],
      ['--version', 'the version of the package'],
    ]),
  ].join('\n');
}

export function commandHelp({ name, description, args }: Definition): string {
  const places = args.filter(({ positional }) => positional);
  const flags = args.filter(({ positional }) => !positional);
  const words = places.map((place) => (place.required ? place.takes : `[${place.takes}]`));
  return [
    ...lines(description, screenWidth()),
    '',
    `${strong('Usage')}: ${['wasmeta', name, ...words, '[options]'].join(' ')}`,
    ...section('Arguments', places, ({ takes }) => `${takes}`),
    ...section('Options', flags, ({ name, takes }) => `--${name}${takes === null ? '' : ` ${takes}`}`),
  ].join('\n');
}

function section(title: string, args: readonly Argument[], label: (arg: Argument) => string): string[] {
  if (args.length === 0) return [];
  const text = ({ description, default: fallback }: Argument) =>
    fallback === undefined ? description : `${description}; default: ${fallback}`;
  return ['', strong(title), columns(args.map((arg) => [label(arg), text(arg)]))];
}
