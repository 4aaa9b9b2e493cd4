/** `--config`: over a hundred hostile files, each refused by a typed error; and what wins over what. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { algorithms } from '../../src/algorithms/registry.ts';
import { type Rl2Config, type Rl2Options, rl2 } from '../../src/algorithms/rl2.ts';
import { trainingConfig } from '../../src/cli/train-config.ts';
import { WasmetaError } from '../../src/core/errors.ts';
import { familyIds, familyOf } from '../../src/envs/registry.ts';
import { recipesOf } from '../../src/runs/recipes.ts';
import { long } from '../long.ts';
import { wasmetaEach } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function written(content: string | Uint8Array): string {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, content);
  return path;
}

type Case = readonly [name: string, content: string | Uint8Array, message: RegExp];

const bytes = (...values: (number | string)[]) =>
  Buffer.concat(values.map((value) => (typeof value === 'number' ? Buffer.of(value) : Buffer.from(value))));
const field = (name: string, value: string) => `{"env": {"id": "PointMass-v0"}, ${JSON.stringify(name)}: ${value}}`;
const many = (count: number, of: (i: number) => string) => Array.from({ length: count }, (_, i) => of(i)).join(',');

const notJson: Case[] = [
  ...[
    '',
    ' ',
    '\0',
    '{',
    '}',
    '{}}',
    '{]',
    '[',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":0x10}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity}',
    '{"a":undefined}',
    '{"a":1n}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '// a\n{}',
    '/* a */{}',
    '{"a":1}{"a":2}',
    'algo: rl2',
    'algo = "rl2"',
    '<?xml version="1.0"?>',
    '\u001b[2Jconfig',
    '{"a":"',
    '\u2028{',
    'process.exit(0)',
    '"\\"\\"\\""\\"',
  ].map((text): Case => [`the text ${JSON.stringify(text)}`, text, /expected JSON: [\x20-\x7e\u00a0-\uffff]+$/]), // prettier-ignore
  ['an opening quote before a million escaped ones', `"${'\\"'.repeat(450_000)}`, /expected JSON/],
  ['100 000 brackets that stay open', '['.repeat(100_000), /expected JSON/],
  ['100 000 braces that stay open', '{"env":'.repeat(100_000), /expected JSON/],
];

const tooMuch: Case[] = [
  ['100 000 brackets', '['.repeat(100_000) + ']'.repeat(100_000), /at most 16 levels/],
  ['100 000 objects', `${'{"env":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /at most 16 levels/],
  ['17 levels', field('policy', '['.repeat(16) + ']'.repeat(16)), /at most 16 levels/],
  ['2 MB of blanks', ' '.repeat(2_000_000), /at most 1000000 bytes/],
  ['2 MB of one name', field('env', `"${'a'.repeat(2_000_000)}"`), /at most 1000000 bytes/],
  ['a byte too much', `{}${' '.repeat(999_999)}`, /at most 1000000 bytes/],
  ['a name of 900 000 letters', field('seed', `"${'9'.repeat(900_000)}"`), /"seed" expected .{0,300}$/],
  ['a field of 900 000 letters', field('a'.repeat(900_000), '1'), /is not known/],
  ['60 000 fields', `{${many(60_000, (i) => `"f${i}": 1`)}}`, /the config has 60000 mistakes/],
  [
    '300 000 layers',
    field('policy', `{"kind": "mlp", "hidden": [${many(300_000, () => '8')}]}`),
    /1 to 16 layer sizes, got an array of length 300000$/,
  ],
  ['a number of 900 000 digits', field('seed', '9'.repeat(900_000)), /"seed" expected .*, got Infinity$/],
];

const encodings: Case[] = [
  ['a byte order mark', bytes(0xef, 0xbb, 0xbf, '{}'), /without a byte order mark/],
  ['UTF-16, little end first', bytes(0xff, 0xfe, 0x7b, 0, 0x7d, 0), /without a byte order mark/],
  ['UTF-16, big end first', bytes(0xfe, 0xff, 0, 0x7b, 0, 0x7d), /without a byte order mark/],
  ['UTF-16 without a mark', bytes(0x7b, 0, 0x7d, 0), /expected JSON/],
  ['a lone continuation byte', bytes('{"env":"', 0x80, '"}'), /expected UTF-8/],
  ['a slash in two bytes', bytes('{"env":"', 0xc0, 0xaf, '"}'), /expected UTF-8/],
  ['half a surrogate', bytes('{"env":"', 0xed, 0xa0, 0x80, '"}'), /expected UTF-8/],
  ['a character past the last', bytes('{"env":"', 0xf5, 0x80, 0x80, 0x80, '"}'), /expected UTF-8/],
  ['a character cut short', bytes('{"env":"', 0xe2, 0x82), /expected UTF-8/],
  ['Latin-1', bytes('{"env":"caf', 0xe9, '"}'), /expected UTF-8/],
  ['gzip', bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0), /expected UTF-8/],
  ['WebAssembly', bytes(0, 'asm', 1, 0, 0, 0), /expected JSON/],
  ['half a surrogate, escaped', '{"env": "\\ud800"}', /"env\.id" expected one of/],
];

const twice: Case[] = [
  ['a field twice', '{"seed": 1, "seed": 2}', /has "seed" twice$/],
  ['a field twice, once in escapes', '{"seed": 1, "s\\u0065ed": 2}', /has "seed" twice$/],
  ['a field of a field twice', '{"env": {"id": "PointMass-v0", "preset": "a", "preset": "b"}}', /has "env\.preset" twice$/],
  ['a prototype twice', '{"__proto__": {}, "__proto__": {}}', /has "__proto__" twice$/],
  ['an object twice', '{"env": {"seed": 1}, "seed": 1, "env": {}}', /has "env" twice$/],
];

const otherValues: Case[] = ['null', 'true', '0', '"rl2"', '[]', '[{"algo": "rl2"}]', '1e999'].map((text) => [
  `${text} for a config`,
  text,
  /expected an object, got /,
]);

const prototypes: Case[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'valueOf',
  '',
].flatMap((name) => [
  [`"${name}" as a field`, field(name, '{"tasks": 1, "polluted": true}'), new RegExp(`"${name}" is not known`)],
  [`"${name}" in the environment`, `{"env": {"id": "PointMass-v0", "${name}": {"horizon": 1}}}`, new RegExp(`"env.${name}" is not known`)],
  [
    `"${name}" in the policy`,
    field('policy', `{"kind": "gru", "hidden": 8, "${name}": {"value": 1}}`),
    new RegExp(`"policy.${name}" is not known`),
  ],
]);

const wrongValues: Case[] = [
  ...['seed', 'iterations', 'tasks', 'learningRate', 'clip'].flatMap((name) =>
    ['"NaN"', '"Infinity"', '"64"', '-1', '1e999', '-1e999', 'null', '[]', '{}', '""'].map(
      (value): Case => [`${name}: ${value}`, field(name, value), new RegExp(`^"${name}" expected a (whole )?number from .*, got `)],
    ),
  ),
  ...[
    '"../../etc/passwd"',
    '"/etc/passwd"',
    '"..\\\\..\\\\x"',
    '"pomdp-semicircle\\u0000"',
    '"file:///etc/passwd"',
    '"%2e%2e/x"',
    '"constructor"',
    '7',
    '[]',
  ].flatMap((value): Case[] => [
    [`the preset ${value}`, `{"env": {"id": "PointMass-v0", "preset": ${value}}}`, /^"env\.preset" expected one of /],
    [`the family ${value}`, `{"env": {"id": ${value}}}`, /^"env\.id" expected one of /],
    [
      `the algorithm ${value}`,
      `{"algo": ${value}}`,
      /^"algo" expected one of rl2, varibad, maml, goal-conditioned, multi-task, supervised-maml, got /,
    ],
    [`the policy ${value}`, field('policy', `{"kind": ${value}}`), /^"policy\.kind" expected one of /],
  ]),
  ...['null', '7', '[]', 'true'].map(
    (value): Case => [`env: ${value}`, field('env', value).replace('"env": {"id": "PointMass-v0"}, ', ''), /^"env" expected an object/],
  ),
  ...['null', '7', '[]', '"gru"'].map((value): Case => [`policy: ${value}`, field('policy', value), /^"policy" expected an object/]),
];

const corpus = [...notJson, ...tooMuch, ...encodings, ...twice, ...otherValues, ...prototypes, ...wrongValues];

function refusal(work: () => unknown): WasmetaError {
  try {
    work();
  } catch (error) {
    if (error instanceof WasmetaError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe(`a config file that is refused, ${corpus.length} of them`, () => {
  test('there are a hundred and more', () => expect(corpus.length).toBeGreaterThan(100));

  const prototype = JSON.stringify(Reflect.ownKeys(Object.prototype).map(String));
  test.each(corpus)('%s', (_, content, message) => {
    const config = written(content);
    const error = refusal(() => trainingConfig({ config }, []));
    expect(error.message).toMatch(message);
    expect(['E_ARGUMENT', 'E_UNKNOWN_NAME', 'E_CONFIG']).toContain(error.code);
    expect(error.message.length).toBeLessThan(50_000);
    expect(JSON.stringify(Reflect.ownKeys(Object.prototype).map(String))).toBe(prototype);
  });

  test.each([join(folder, 'none.json'), folder, '', '/dev/zero', '/dev/null', 'a\0b', join(folder, 'x'.repeat(5000))])(
    '%j can not be read',
    (config) => {
      expect(refusal(() => trainingConfig({ config }, [])).code).toBe('E_IO');
    },
  );

  test('by the command: one line, exit code 2, no run folder', async () => {
    const out = join(folder, 'runs/none');
    const contents = [tooMuch[1][1], encodings[4][1], twice[0][1], prototypes[0][1]];
    for (const { status, stdout, stderr } of await wasmetaEach(contents.map((one) => ['train', '--config', written(one), '--out', out])))
      expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(() => mkdirSync(out, { recursive: false })).toThrow('ENOENT'); // its parent was not made either
  });
});

describe('the recipes', () => {
  const semicircle = { minibatches: 8, learningRate: 1e-3, anneal: true };
  const settings: Record<string, Partial<Omit<Rl2Options, 'env'>> & { env?: object }> = {
    'pearl-semicircle': { ...semicircle, tasks: 128, iterations: 1500 },
    'pomdp-semicircle': {
      policy: { kind: 'gru', hidden: 64, readout: [64] },
      iterations: 325,
      tasks: 128,
      epochs: 3,
      minibatches: 16,
      learningRate: 2e-3,
      anneal: true,
      clip: 0.2,
      entropyCoefficient: 0.003,
      annealEntropy: true,
      gateBias: 4,
      centerRewards: true,
    },
    'varibad-semicircle': { ...semicircle, iterations: 500 },
    'maml-navigation': {
      policy: { kind: 'gru', hidden: 64, readout: [64] },
      iterations: 450,
      tasks: 128,
      epochs: 3,
      minibatches: 16,
      learningRate: 2e-3,
      anneal: true,
      clip: 0.2,
      gamma: 0.97,
      entropyCoefficient: 0,
      gateBias: 3,
    },
    'walking-direction': {},
    'pulls-10': { tasks: 1024, minibatches: 8, iterations: 500, learningRate: 2e-3, anneal: true, lambda: 0.3, entropyCoefficient: 0.005 },
    'pulls-100': {
      env: { trainingReward: 'expected' },
      iterations: 800,
      tasks: 256,
      minibatches: 8,
      learningRate: 3e-3,
      anneal: true,
      lambda: 0.8,
      entropyCoefficient: 0.1,
      annealEntropy: true,
      gateBias: 4.6,
      centerRewards: true,
    },
    'varibad-grid': { ...semicircle, tasks: 128, iterations: 1500, gamma: 0.95, entropyCoefficient: 0.01, annealEntropy: true },
  };
  const familyWith = (preset: string) => familyIds().find((id) => preset in familyOf(id).presets);

  test.each(Object.keys(settings))('%s gives the settings found for it, by preset, by recipe and by file', (preset) => {
    const { env, ...rest } = settings[preset] as { env?: object };
    const wanted = rl2.resolve({ env: { id: familyWith(preset), preset, ...env }, ...rest } as Rl2Options);
    const file = recipesOf('rl2').find(({ config }) => (config.env as { preset: string }).preset === preset);
    const trains = env === undefined ? '' : ', which trains on the reward expected';
    const source = file === undefined ? 'untuned defaults' : `recipe ${file.name}${trains}`;
    const { learner, ...made } = trainingConfig({ preset }, []);
    expect([learner.name, made]).toEqual(['rl2', { config: wanted, settings: source }]);
    expect(trainingConfig({}, ['--set', `env.preset=${preset}`]).config).toEqual(wanted);
    if (Object.keys(settings[preset]).length === 0) expect(file).toBe(undefined);
    else {
      expect(trainingConfig({ config: file?.path }, []).config).toEqual(wanted);
      expect(trainingConfig({ algo: 'rl2', recipe: file?.name }, []).config).toEqual(wanted);
    }
  });

  test('are listed and printed, to the byte, by the command', async () => {
    const recipes = algorithms.flatMap(recipesOf);
    const printed = recipes.filter((_, i) => long || i % 8 === 0);
    const wrong = ['../rl2/pomdp-semicircle', '/etc/passwd', 'constructor', 'pomdp-semicirle'];
    const commands = [['--json'], [], ...printed.map(({ name, algo }) => [name, '--algo', algo]), ...wrong.map((name) => [name])];
    const [asJson, asText, ...each] = await wasmetaEach(commands.map((args) => ['recipes', ...args]));
    const listed = JSON.parse(asJson.stdout) as { name: string; path: string }[];
    expect(listed.map(({ name, path }) => [name, path])).toEqual(recipes.map(({ name, path }) => [name, path]));
    for (const { name } of recipes) expect(asText.stdout).toContain(name);
    expect(each.slice(0, printed.length).map(({ stdout }) => stdout)).toEqual(printed.map(({ text }) => text));
    for (const { status, stdout, stderr } of each.slice(printed.length)) {
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/"recipe" expected one of .*\bepisodes-10, maml-navigation,/);
    }
  });
});

describe('what wins', () => {
  const config = written(
    '{"algo": "rl2", "env": {"id": "PointMass-v0", "preset": "pearl-semicircle", "horizon": 30}, "seed": 4, "tasks": 32, "clip": 0.3, "policy": {"kind": "lstm", "hidden": 16}}',
  );
  const made = (flags: object, ...rawArgs: string[]) => trainingConfig({ config, ...flags }, rawArgs).config as Rl2Config;

  test('the file over the defaults, and it alone: no settings that it does not name', () => {
    const { env, ...config } = made({});
    expect(config).toMatchObject({ seed: 4, tasks: 32, clip: 0.3, minibatches: 4, anneal: false, policy: { kind: 'lstm', hidden: 16 } });
    expect(env).toMatchObject({ preset: 'pearl-semicircle', horizon: 30 });
  });

  test('--preset over the environment of the file; the settings stay those of the file, and say so', () => {
    const { env, ...own } = made({ preset: 'pomdp-semicircle' });
    expect(own).toMatchObject({ seed: 4, tasks: 32, clip: 0.3, policy: { kind: 'lstm', hidden: 16 } });
    expect(trainingConfig({ config, preset: 'pomdp-semicircle' }, []).settings).toBe(config);
    expect(env).toMatchObject({ preset: 'pomdp-semicircle', horizon: 60 });
  });

  test('--set over both, in single fields', () => {
    const set = ['--set', 'clip=0.2', '--set', 'policy.hidden=8', '--set', 'env.horizon=40', '--set', 'seed=6'];
    expect(made({}, ...set)).toMatchObject({
      clip: 0.2,
      policy: { kind: 'lstm', hidden: 8 },
      env: { preset: 'pearl-semicircle', horizon: 40 },
      seed: 6,
    });
    expect(made({ preset: 'pomdp-semicircle' }, ...set)).toMatchObject({ policy: { kind: 'lstm', hidden: 8 }, env: { horizon: 40 } });
    expect(made({}, '--set', 'policy.kind=mlp', '--set', 'policy.hidden=[8]').policy).toEqual({ kind: 'mlp', hidden: [8] });
  });

  test('--seed over all, --env and --algo over the file', () => {
    expect(made({ seed: '5' }, '--set', 'seed=6').seed).toBe(5);
    expect(refusal(() => made({ env: 'PointMas-v0' })).message).toContain('did you mean PointMass-v0?');
    expect(refusal(() => made({ algo: 'mam' })).message).toContain(
      '"algo" expected one of rl2, varibad, maml, goal-conditioned, multi-task, supervised-maml, got "mam"; did you mean maml?',
    );
  });
});
