/**
 * The house's rules, read off the sources: which folder may import which (docs: CONTRIBUTING), what only platform code may know, and that no host
 * transcendental function feeds a trajectory or a weight. Exceptions stand here with their reasons, and one that is no longer needed fails.
 */
import { describe, expect, test } from 'vitest';
import { imports, sources } from '../scripts/house/findings.mjs';
import { cycles, folderOf, type Import, isLocal, showImport as show } from '../scripts/house/sources.mjs';

/** The rooms below the report. */
const general = [
  'core',
  'platform',
  'policies',
  'envs',
  'tf',
  'optim',
  'losses',
  'rollout',
  'strategies',
  'jobs',
  'workers',
  'evaluation',
  'algorithms',
  'runs',
  'agents',
];
/**
 * The house (CONTRIBUTING draws it). Folder → folders, single files (folder/name.ts) and packages it may import besides its own.
 * `type x`: types of it alone, which leave nothing in the built code.
 */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  platform: ['core', 'type node:'],
  policies: ['core'],
  envs: ['core', 'platform', 'policies'],
  tf: ['core', 'type platform', '#tf'],
  optim: ['core', 'tf'],
  losses: ['core', 'policies', 'tf', '#tf'],
  rollout: ['core', 'policies', 'envs'],
  strategies: ['core', 'policies', 'envs'],
  jobs: ['core', 'platform', 'policies', 'envs', 'tf', 'optim', 'losses', 'rollout', 'strategies'],
  workers: ['core', 'platform', 'jobs', 'comlink'],
  queue: ['core', 'platform', 'jobs', 'workers', 'algorithms', 'runs/provenance.ts', 'runs/package-files.ts', 'bullmq', 'ioredis'],
  evaluation: ['core', 'policies', 'envs', 'rollout', 'strategies', 'type jobs', 'workers/executor.ts'],
  algorithms: ['core', 'policies', 'envs', 'rollout', 'strategies', 'type jobs', 'workers/executor.ts', 'evaluation', 'optim'],
  runs: ['core', 'platform', 'type node:', 'idb-keyval', 'fflate'],
  agents: ['core', 'platform', 'policies', 'envs', 'tf', 'losses', 'rollout', 'jobs', 'algorithms', 'runs'],
  report: ['core', 'envs', 'runs', 'type evaluation', '@observablehq/plot'],
  experiments: [...general, 'report'],
  bench: [...general, '#tf'],
};
/** The faces may import anything: the command line, and the files that make up the package's entries. */
const faces = ['cli', '.'];

/** File → import it needs all the same. `type`: only as a type, which leaves nothing in the built code. */
const importExceptions: readonly { file: string; imports: string; type: boolean; reason: string }[] = [
  { file: 'core/hash.ts', imports: '@noble/hashes/sha2.js', type: false, reason: 'SHA-256, the same in Node and browsers, synchronous' },
  {
    file: 'envs/user/imports.ts',
    imports: 'es-module-lexer',
    type: false,
    reason: 'the imports of a file of the user, by whose hashes a run knows what it was trained on',
  },
  {
    file: 'core/schema.ts',
    imports: 'valibot',
    type: false,
    reason: 'schemas of configs: type, range and default of a field in one place',
  },
  { file: 'policies/policy.ts', imports: 'valibot', type: false, reason: 'layer sizes, the one field whose schema is made of parts' },
  ...[
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js',
    '@tensorflow/tfjs-core/dist/register_all_gradients.js',
    '@tensorflow/tfjs-core/dist/tape.js',
  ].map((imports) => ({ file: 'tf/entry.ts', imports, type: false, reason: 'the source of the isolated chunk behind #tf' })),
  { file: 'tf/types.d.ts', imports: '@tensorflow/tfjs-core', type: false, reason: 'the types of #tf' },
];

function allowed({ folder, target, ...rest }: Import): boolean {
  if (faces.includes(folder)) return true;
  const local = isLocal({ folder, target, ...rest });
  if (local && folderOf(target) === folder) return true;
  return (mayImport[folder] ?? []).some((entry) => {
    const may = entry.replace(/^type /, '');
    if (may !== entry && !rest.type) return false;
    if (may === 'node:') return target.startsWith('node:');
    return local ? target === may || folderOf(target) === may : target === may;
  });
}

const isException = (i: Import) => importExceptions.some((e) => e.file === i.from && e.imports === i.target && (!e.type || i.type));

describe('imports', () => {
  test('were found in all their forms', () => {
    const seen = imports.map(show);
    expect(imports.length).toBeGreaterThan(100);
    expect(seen).toContain('envs/batch.ts → type envs/engine.ts'); // import type
    expect(seen).toContain('workers/inline.ts → jobs/table.ts'); // import()
    expect(seen).toContain('tf/entry.ts → @tensorflow/tfjs-core'); // export * from
    expect(seen).toContain('tf/tf.ts → type #tf'); // typeof import()
    expect(seen).toContain('envs/registry.ts → core/schema.ts'); // a type among values
  });

  test('of every folder are in the table', () => {
    expect([...new Set(sources.map((s) => s.folder))].filter((f) => !faces.includes(f) && !(f in mayImport))).toEqual([]);
  });

  test('keep to the table', () => {
    expect(imports.filter((i) => !allowed(i) && !isException(i)).map(show)).toEqual([]);
  });

  test('need every exception', () => {
    const needed = (e: (typeof importExceptions)[number]) =>
      imports.some((i) => i.from === e.file && i.target === e.imports && !allowed(i));
    expect(importExceptions.filter((e) => !needed(e)).map((e) => `${e.file} → ${e.imports}`)).toEqual([]);
  });

  test('name files that exist', () => {
    const files = new Set(sources.map((s) => s.file));
    expect(imports.filter((i) => i.target.startsWith('..') || (isLocal(i) && !files.has(i.target))).map(show)).toEqual([]);
  });
});

describe('cycles', () => {
  test('are found where there are some', () => {
    expect(
      cycles([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['c', 'd'],
      ]),
    ).toEqual(['a → b → c → a']);
    expect(
      cycles([
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'c'],
      ]),
    ).toEqual([]);
  });

  test('between folders: none, types included', () => {
    const edges = imports.filter((i) => isLocal(i) && i.folder !== '.' && folderOf(i.target) !== '.' && folderOf(i.target) !== i.folder);
    expect(cycles(edges.map((i) => [i.folder, folderOf(i.target)] as const))).toEqual([]);
  });

  test('between files: none that would run', () => {
    expect(cycles(imports.filter((i) => isLocal(i) && !i.type).map((i) => [i.from, i.target] as const))).toEqual([]);
  });
});

/** Names that differ between Node and browsers, or between one run and the next. */
const hostNames =
  /\bMath\.random\b|\bDate\b|\bperformance\b|\bcrypto\b|\bprocess\b|\bBuffer\b|\b__dirname\b|\brequire\s*\(|\bwindow\b|\bdocument\b|\bnavigator\b|\blocation\b|\blocalStorage\b|\bindexedDB\b|\bfetch\b|\bXMLHttpRequest\b|\bWorker\s*\(|\bself\b|\bglobalThis\b|\bsetTimeout\b|\bsetInterval\b/g;
const knowsTheHost = ['platform', 'runs', 'report', 'cli', 'queue'];

/** File → names it uses all the same. */
const hostExceptions: readonly { file: string; name: string; reason: string }[] = [];

describe('Math.random, clocks, node: and DOM names', () => {
  const uses = sources
    .filter(({ folder }) => !knowsTheHost.includes(folder))
    .flatMap(({ file, bare }) => [...new Set(bare.match(hostNames) ?? [])].map((name) => ({ file, name: name.replace(/\W+$/, '') })));
  const known = (use: { file: string; name: string }) => hostExceptions.some((e) => e.file === use.file && e.name === use.name);

  test('stay in platform, runs and cli', () => {
    expect(uses.filter((use) => !known(use)).map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
    const nodeImports = imports.filter((i) => i.target.startsWith('node:') && !knowsTheHost.includes(i.folder));
    expect(nodeImports.map(show)).toEqual([]);
  });

  test('need every exception', () => {
    expect(hostExceptions.filter((e) => !uses.some((use) => use.file === e.file && use.name === e.name))).toEqual([]);
  });
});

/** Functions whose last bits differ between engines. sqrt, abs, floor, round, min, max, imul and fround are exact by the standard. */
const transcendental = /\bMath\.(?:a?sinh?|a?cosh?|a?tanh?|atan2|exp|expm1|log|log2|log10|log1p|pow|cbrt|hypot)\b/g;
/** Powers, but for x ** 2 (every engine multiplies) and 2 ** whole literal (exact). */
const powersIn = (code: string) =>
  [...code.matchAll(/([\w.]+|[)\]])\s*\*\*=?\s*(-?[\w.]+|\()/g)]
    .filter(([, base, exponent]) => exponent !== '2' && !(base === '2' && /^-?\d+$/.test(exponent)))
    .map(([whole]) => whole);
const feedsBits = general.filter((folder) => folder !== 'platform' && folder !== 'runs');

/** File → what it uses all the same. */
const mathExceptions: readonly { file: string; use: string; reason: string }[] = [
  ...['Math.sin', 'Math.cos'].map((use) => ({ file: 'envs/bodies/body-pose.ts', use, reason: 'where a body is drawn: pixels, no result' })),
  ...['Math.sin', 'Math.cos'].map((use) => ({ file: 'envs/drawings/rods.ts', use, reason: 'where rods are drawn: pixels, no result' })),
  ...['Math.sin', 'Math.cos'].map((use) => ({
    file: 'envs/drawings/dynamics.ts',
    use,
    reason: 'where an arrow is drawn: pixels, no result',
  })),
  { file: 'envs/drawings/hill.ts', use: 'Math.sin', reason: 'the shape of a valley that is drawn: pixels, no result' },
  { file: 'evaluation/belief-test.ts', use: 'Math.log', reason: 'a divergence that is reported and in no golden hash' },
  ...[
    ['draws.ts', 'Math.log'],
    ['draws.ts', 'Math.cos'],
    ['bandit-strategies.ts', 'Math.log'],
    ['gittins.ts', 'Math.log'],
    ['mdp-strategies.ts', 'Math.log'],
  ].map(([file, use]) => ({
    file: `strategies/${file}`,
    use,
    reason: 'yardsticks of other authors: their totals are compared as means and in no golden hash',
  })),
];

describe('host transcendental Math', () => {
  const uses = sources
    .filter(({ folder }) => feedsBits.includes(folder))
    .flatMap(({ file, bare }) => [...(bare.match(transcendental) ?? []), ...powersIn(bare)].map((use) => ({ file, use })));

  test('is seen by the pattern', () => {
    expect('a Math.exp(x) Math.tanh Math.sqrt(2)'.match(transcendental)).toEqual(['Math.exp', 'Math.tanh']);
    expect(powersIn('x ** y, 2 ** 31, x ** 0.5, x**-2, 10 ** n, (a) ** 2, x[1] ** 3, 2 ** (n), 1.2 ** 3')).toHaveLength(7);
  });

  test('is in nothing that feeds a trajectory, a weight or a hash', () => {
    expect(
      uses
        .filter(({ file, use }) => !mathExceptions.some((e) => e.file === file && e.use === use))
        .map(({ file, use }) => `${file}: ${use}`),
    ).toEqual([]);
  });

  test('needs every exception', () => {
    expect(mathExceptions.filter((e) => !uses.some(({ file, use }) => file === e.file && use === e.use))).toEqual([]);
  });
});
