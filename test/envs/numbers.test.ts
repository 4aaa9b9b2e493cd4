/** The numbers of a family cross to the module by name: the places that the build has written are those of the specs. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { numberFiles, places } from '../../scripts/family-numbers.mjs';
import { changeRows } from '../../src/envs/bodies/changes.ts';
import { halfCheetah } from '../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../src/envs/bodies/hopper.ts';
import { bodyRows, tableRoom } from '../../src/envs/bodies/table.ts';
import { families, familyIds, familyOf, laws, resolveEnv } from '../../src/envs/registry.ts';

const files: Record<string, string> = numberFiles({ families, laws, resolveEnv, body: halfCheetah, bodyRows, changeRows, tableRoom });

test.each(Object.keys(files))('assembly/envs/numbers/%s is current', (name) => {
  expect(readFileSync(`assembly/envs/numbers/${name}`, 'utf8')).toBe(files[name]);
});

test.each(familyIds())('every config of %s has its numbers in the same places', (id) => {
  const { presets, rewards, parameters } = familyOf(id);
  const usual = places(parameters(resolveEnv(id)));
  for (const preset of Object.keys(presets))
    for (const reward of Object.keys(rewards)) expect(places(parameters(resolveEnv({ id, preset, reward })))).toEqual(usual);
});

test('families of one law have its numbers in the same places', () => {
  for (const law of laws) {
    const [first, ...others] = families
      .filter((family) => family.law === law)
      .map(({ id, parameters }) => places(parameters(resolveEnv(id))));
    for (const other of others) expect(other).toEqual(first);
  }
});

test('every link and every end of a body has the same numbers', () => {
  const names = (rows: readonly object[]) => new Set(rows.map((row) => Object.keys(row).join()));
  for (const body of [halfCheetah, hopperBody])
    for (const rows of [bodyRows(body).links, bodyRows(body).ends]) expect(names(rows).size).toBe(1);
});
