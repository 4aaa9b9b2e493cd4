/** What the specs say is what their sources say: bodies, constants and presets against test/reference/constants, which is read from the sources and not from the specs. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bodyConstants } from '../../src/envs/bodies/constants.ts';
import { halfCheetah } from '../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../src/envs/bodies/hopper.ts';
import { walkerBody } from '../../src/envs/bodies/walker2d.ts';
import { familyOf } from '../../src/envs/registry.ts';
import { sourceBody } from './bodies.ts';
import { constantsOf, presetsOf, sourcesOf } from './constants.ts';

/** Family → the table of its numbers. */
const tables = {
  'PointMass-v0': 'point-mass',
  'GridNavi-v0': 'grid-navi',
  'Bandit-v0': 'bandit',
  'TabularMdp-v0': 'tabular-mdp',
  'Puck-v0': 'puck',
  'Runner-v1': 'runner',
  'Hopper-v1': 'hopper-task',
  'CartPole-v1': 'cart-pole',
  'Pendulum-v1': 'pendulum',
  'Acrobot-v1': 'acrobot',
  'MountainCar-v0': 'mountain-car',
  'TMaze-v0': 't-maze',
  'Walker2d-v0': 'walker2d-task',
  'PointDynamics-v0': 'point-dynamics',
  'Stack-v0': 'stack',
} as const;

test.each(readdirSync(new URL('./constants/', import.meta.url)).map((file) => file.replace('.json', '')))(
  '%s names its sources',
  (name) => {
    for (const { source, file, version, sha256 } of sourcesOf(name)) {
      expect(source).not.toBe('');
      if (file !== undefined) expect([version, sha256]).toEqual([expect.any(String), expect.stringMatching(/^[0-9a-f]{64}$/)]);
    }
  },
);

/** Every number in it by its path. */
function numbersIn(value: unknown, path = ''): [string, number | string | null][] {
  if (value === null || typeof value !== 'object') return [[path, value as number | string | null]];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${path}/${key}`));
}

describe.each([
  ['half-cheetah', halfCheetah],
  ['hopper', hopperBody],
  ['walker2d', walkerBody],
] as const)('the body %s', (name, body) => {
  test('is that of its file', () => {
    const [ours, theirs] = [numbersIn(body), new Map(numbersIn(sourceBody(name)))];
    expect(ours.map(([path]) => path).sort()).toEqual([...theirs.keys()].sort());
    for (const [path, value] of ours) {
      const other = theirs.get(path);
      if (typeof value === 'number' && typeof other === 'number') expect(Math.abs(value - other), path).toBeLessThan(1e-12);
      else expect(other, path).toBe(value);
    }
  });
});

describe.each(Object.entries(tables))('%s', (id, name) => {
  const { constants, presets, articulated } = familyOf(id);

  test('has the constants of its sources', () => {
    const theirs = constantsOf(name);
    const ofBody = articulated ? bodyConstants(articulated.body) : {};
    for (const [constant, { value }] of Object.entries(constants))
      if (!(constant in ofBody)) expect(value, constant).toBe(theirs[constant]);
  });

  test('has the presets of its sources', () => {
    const known = ['horizon', 'episodes', 'tolerance', 'solved'];
    for (const [preset, fields] of Object.entries(presetsOf(name)))
      for (const [field, value] of Object.entries(fields))
        if (known.includes(field)) expect(presets[preset], preset).toMatchObject({ [field]: value });
  });
});
