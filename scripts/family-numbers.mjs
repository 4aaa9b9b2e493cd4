/**
 * Writes assembly/envs/numbers/*.ts: where each number of a family stands in the row that the module is given, the codes of its rewards, and the codes of the laws.
 * The one table is the spec in src/envs: the keys of what `parameters` returns, in their order. The build runs this before it compiles the module.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const folder = 'assembly/envs/numbers';

/** controlCost → CONTROL_COST, point-mass → POINT_MASS */
export const constantName = (name) =>
  name
    .replace(/(?<=[A-Za-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toUpperCase();

const constants = (list) => list.map(([name, value]) => `export const ${name} = ${value};`).join('\n');

/** Name → place, of a record whose values are numbers or rows of them. */
export function places(values) {
  let at = 0;
  return Object.entries(values).map(([name, value]) => {
    const place = [constantName(name), at];
    at += Array.isArray(value) ? value.length : 1;
    return place;
  });
}

function file(source, text) {
  return `// Generated from ${source} by scripts/family-numbers.mjs; do not edit.\n${text}\n`;
}

/** File name → text, from the families of src/envs/registry.ts and the table of a body of src/envs/bodies/table.ts. */
export function numberFiles({ families, laws, resolveEnv, body, bodyRows, changeRows, tableRoom }) {
  const files = { 'laws.ts': file('src/envs/registry.ts', constants(laws.map((law, code) => [constantName(law), code]))) };
  for (const spec of families) {
    const rewards = Object.keys(spec.rewards).map((name, code) => [`REWARD_${constantName(name)}`, code]);
    const numbers = places(spec.parameters(resolveEnv(spec.id)));
    files[`${spec.law}.ts`] = file(
      `src/envs/${spec.law}.ts`,
      [numbers, rewards]
        .filter(({ length }) => length > 0)
        .map(constants)
        .join('\n\n'),
    );
  }
  const { head, links, ends } = bodyRows(body);
  const [change] = changeRows(body, [{ of: 'mass', link: body.links[0].name, base: 1 }], 1);
  const rows = { HEAD: head, LINK: links[0], END: ends[0], CHANGE: change };
  const lengths = Object.entries(rows).map(([name, row]) => [name, Object.values(row).flat().length]);
  const sizes = [...lengths, ...places(tableRoom).map(([name], i) => [name, Object.values(tableRoom)[i]])];
  files['planar-table.ts'] = file('src/envs/bodies/table.ts', [sizes, ...Object.values(rows).map(places)].map(constants).join('\n\n'));
  return files;
}

/** Writes those that have changed; returns their names. */
export async function writeNumbers() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: [
        `export * from './src/envs/registry.ts';`,
        `export * from './src/envs/bodies/table.ts';`,
        `export * from './src/envs/bodies/changes.ts';`,
        `export { halfCheetah as body } from './src/envs/bodies/half-cheetah.ts';`,
      ].join(''),
      resolveDir: root,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    logLevel: 'silent',
  });
  const files = numberFiles(await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`));
  mkdirSync(resolve(root, folder), { recursive: true });
  return Object.entries(files)
    .map(([name, text]) => [`${folder}/${name}`, text])
    .filter(([path, text]) => {
      const known = existsSync(resolve(root, path)) ? readFileSync(resolve(root, path), 'utf8') : null;
      if (known !== text) writeFileSync(resolve(root, path), text);
      return known !== text;
    })
    .map(([path]) => path);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log((await writeNumbers()).join('\n') || 'all are current');
