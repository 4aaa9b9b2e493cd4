/**
 * Names that stand outside their rooms: general code knows no family of tasks and no algorithm by name. The names of families are read off the registry's
 * imports, so that a new one is watched from its first day.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSources, root } from './sources.mjs';

/** Rooms of src where families, and algorithms, may be known. `file` entries end in .ts. */
const roomsOf = {
  family: ['envs', 'strategies', 'experiments', 'index.ts'],
  algorithm: ['algorithms', 'losses', 'jobs', 'experiments', 'bench', 'index.ts'],
};
/** A family's own files name its presets and sources after papers. */
const citing = (file) => familyNames().some((name) => file === `envs/${name}.ts`);
/** Default values, each stated once. */
const defaults = ['cli/quickstart.ts', 'cli/defaults.ts'];

/** The specs that the registry imports from files of their own: { pointMass: 'point-mass' } and the like. */
export function familyNames(registry = readFileSync(join(root, 'src/envs/registry.ts'), 'utf8')) {
  const list =
    registry
      .match(/families: readonly FamilySpec\[\] = \[([^\]]*)\]/)?.[1]
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '') ?? [];
  const files = [...registry.matchAll(/import \{([^}]*)\} from '\.\/([\w-]+)\.ts'/g)].flatMap(([, names, file]) =>
    names.split(',').map((name) => [name.trim(), file]),
  );
  return [...new Set(list.flatMap((name) => [name, files.find(([spec]) => spec === name)?.[1] ?? name]))];
}

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pascal = (name) => name.replaceAll(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());

/** Ids and types (PointMass-v0, PointMass), specs (pointMass) and files (point-mass), whole words alone. */
function familyPattern(names) {
  const words = names.flatMap((name) => [`${pascal(name)}(?:-v\\d+)?`, ...(/[A-Z-]/.test(name) ? [escaped(name)] : [])]);
  return new RegExp(`(?<![\\w-])(?:${[...new Set(words)].join('|')})(?![\\w-])`, 'g');
}
/** A decision by an id, a preset or a reward: `env.id === '…'`, `preset.includes('…')`. */
const decisions =
  /\b(?:id|preset|reward|trainingReward)\s*[!=]==\s*['"`]|\b(?:id|preset|reward)\.(?:includes|startsWith|endsWith|match)\(/g;
const algorithmPattern =
  /\b[rR]l2|(?<=[a-z])Rl2|RL²|\b[mM]aml|(?<=[a-z])Maml|\bMAML|[vV]ari[bB][aA][dD]|\bppo|(?<=[a-z])Ppo|\bPPO|\btd3|(?<=[a-z])Td3|\bTD3|goal-?[cC]onditioned|['"]her['"]/g;

const allowed = (kind, { file, folder }) =>
  (kind === 'algorithm' && citing(file)) || roomsOf[kind].includes(folder) || roomsOf[kind].includes(file) || defaults.includes(file);

/** [{ file, kind, names }] */
export function strayNames(sources = readSources('src')) {
  const families = familyPattern(familyNames());
  const found = [];
  const note = (kind, source, names) => {
    if (names.length > 0) found.push({ file: source.file, kind, names: [...new Set(names)].sort() });
  };
  for (const source of sources) {
    if (!allowed('family', source))
      note('family', source, [...(source.text.match(families) ?? []), ...(source.code.match(decisions) ?? [])]);
    // The types of a kind of work are imported from its own file, whatever its name.
    const code = source.code.replaceAll(/from '[./]*\/jobs\/[\w-]+\.ts'/g, '');
    if (!allowed('algorithm', source)) note('algorithm', source, code.match(algorithmPattern) ?? []);
  }
  return found;
}
