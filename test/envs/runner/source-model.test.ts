/**
 * The model that `mjcfOf` writes against Gymnasium's own, which is rebuilt here from the numbers of its file in test/reference/constants: every number that
 * MuJoCo compiles of both, then what they make of the same states.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { halfCheetah } from '../../../src/envs/bodies/half-cheetah.ts';
import { hopperBody } from '../../../src/envs/bodies/hopper.ts';
import { mjcfOf } from '../../../src/envs/bodies/mjcf.ts';
import { walkerBody } from '../../../src/envs/bodies/walker2d.ts';
import { sourcesOf } from '../../reference/constants.ts';
import { drawn, type Mujoco, motorsOf, mujocoModule, relative } from './mujoco.ts';

type Attributes = Readonly<Record<string, unknown>>;
interface Body extends Attributes {
  readonly name: string;
  readonly pos: unknown;
  readonly parent: string | null;
  readonly joints: readonly Attributes[];
  readonly geoms: readonly Attributes[];
}

const written = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));
const element = (tag: string, attributes: Attributes, inner = '') =>
  `<${tag} ${Object.entries(attributes)
    .map(([name, value]) => `${name}="${written(value)}"`)
    .join(' ')}>${inner}</${tag}>`;

/** Gymnasium's model; the search for accelerations is as exact as in ours. */
function sourceModel(name: string): string {
  const { compiler, option, default: usual, floor, bodies, motors } = sourcesOf(name)[0].numbers as Record<string, Attributes>;
  const tree = (parent: string | null): string =>
    (bodies as unknown as readonly Body[])
      .filter((body) => body.parent === parent)
      .map(({ name: own, pos, joints, geoms }) => {
        const inside = [...joints.map((joint) => element('joint', joint)), ...geoms.map((geom) => element('geom', geom)), tree(own)];
        return element('body', { name: own, pos }, inside.join(''));
      })
      .join('');
  const defaults = Object.entries(usual).map(([tag, attributes]) => element(tag, attributes as Attributes));
  return element(
    'mujoco',
    {},
    [
      element('compiler', compiler),
      element('default', {}, defaults.join('')),
      element('option', { ...option, solver: 'Newton', iterations: 100, tolerance: 1e-12 }),
      element('worldbody', {}, element('geom', floor) + tree(null)),
      element('actuator', {}, (motors as unknown as readonly Attributes[]).map((motor) => element('motor', motor)).join('')),
    ].join(''),
  );
}

/** What MuJoCo compiles, by field; frames and the sharing of margin and friction between a geom and the floor are compared apart. */
const fields = [
  'body_mass',
  'jnt_type',
  'jnt_stiffness',
  'jnt_solref',
  'jnt_solimp',
  'dof_damping',
  'dof_armature',
  'actuator_gear',
  'actuator_ctrlrange',
  'geom_type',
  'geom_solref',
  'geom_solimp',
] as const;

let mujoco: Mujoco;
beforeAll(async () => {
  mujoco = await mujocoModule();
});

/** Radians by which limits may differ: those of hopper and walker are degrees in the file, rounded to six figures in ours. */
describe.each([
  ['half-cheetah', halfCheetah, 0],
  ['hopper', hopperBody, 5e-6],
  ['walker2d', walkerBody, 5e-6],
] as const)('%s', (name, body, rounding) => {
  const models = () => [mjcfOf(body), sourceModel(name)].map((text) => mujoco.MjModel.from_xml_string(text));

  test('every number that is compiled is Gymnasium’s', () => {
    const [ours, theirs] = models();
    for (const size of ['nq', 'nv', 'nu', 'nbody', 'ngeom'] as const) expect(ours[size], size).toBe(theirs[size]);
    for (const field of fields) {
      const [a, b] = [ours, theirs].map((model) => Array.from(model[field] as ArrayLike<number>));
      // The root's three joints have no limit, and its softness no meaning.
      a.forEach((value, i) => {
        if (field.startsWith('jnt_sol') && i < (3 * a.length) / ours.njnt) return;
        expect(Math.abs(value - b[i]), `${field}[${i}]: ${value}, ${b[i]}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(b[i])));
      });
    }
    for (const option of ['timestep', 'integrator', 'cone'] as const) expect(ours.opt[option], option).toBe(theirs.opt[option]);
    expect(Array.from(ours.opt.gravity as ArrayLike<number>)).toEqual(Array.from(theirs.opt.gravity as ArrayLike<number>));
    Array.from(ours.jnt_range as ArrayLike<number>).forEach((limit, i) => {
      expect(Math.abs(limit - theirs.jnt_range[i]), `jnt_range[${i}]`).toBeLessThanOrEqual(rounding);
    });
    for (let g = 1; g < ours.ngeom; g++) {
      for (const k of [0, 1]) expect(ours.geom_size[3 * g + k], `geom_size of ${g}`).toBeCloseTo(theirs.geom_size[3 * g + k], 12);
      const [margins, frictions, dimensions] = [
        [ours, theirs].map((m) => m.geom_margin[0] + m.geom_margin[g]),
        [ours, theirs].map((m) => Math.max(m.geom_friction[0], m.geom_friction[3 * g])),
        [ours, theirs].map((m) => Math.max(m.geom_condim[0], m.geom_condim[g])),
      ];
      for (const [a, b] of [margins, frictions, dimensions]) expect(a, `contact of ${g}`).toBeCloseTo(b, 12);
    }
  });

  test('both make the same of 400 states: hinges, mass matrix, bias force, accelerations', () => {
    const [ours, theirs] = models().map((model) => ({ model, data: new mujoco.MjData(model) }));
    const uniform = drawn(77);
    const n = ours.model.nq;
    const motors = motorsOf(body);
    const [mass, other] = [0, 1].map(() => new mujoco.DoubleBuffer(n * n));
    let [worst, compared, touching, apart] = [0, 0, 0, 0];
    for (let i = 0; i < 400; i++) {
      const q = Array.from({ length: n }, (_, k) => uniform(i, k, -0.5, 0.5) * (k === 1 ? 0.6 : 1));
      const v = Array.from({ length: n }, (_, k) => uniform(i, 20 + k, -2, 2));
      const action = Array.from({ length: motors }, (_, k) => uniform(i, 40 + k, -1.5, 1.5));
      for (const { model, data } of [ours, theirs]) {
        mujoco.mj_resetData(model, data);
        // Where its joint has a reference, the height counts from the ground.
        const start = Array.from(data.qpos as ArrayLike<number>)[1];
        q.forEach((x, k) => {
          data.qpos[k] = x + (k === 1 ? start : 0);
          data.qvel[k] = v[k];
        });
        action.forEach((a, k) => {
          data.ctrl[k] = a;
        });
        mujoco.mj_forward(model, data);
      }
      mujoco.mj_fullM(ours.model, ours.data, mass);
      mujoco.mj_fullM(theirs.model, theirs.data, other);
      worst = Math.max(worst, relative(mass.GetView(), other.GetView()));
      worst = Math.max(worst, relative(ours.data.qfrc_bias, theirs.data.qfrc_bias));
      // Of the root's joints, only what they move counts.
      worst = Math.max(
        worst,
        relative(
          Array.from(ours.data.xanchor as ArrayLike<number>).slice(9),
          Array.from(theirs.data.xanchor as ArrayLike<number>).slice(9),
        ),
      );
      // Gymnasium's hopper also collides with itself, and limits that differ by their rounding differ in force.
      if (ours.data.ncon !== theirs.data.ncon) continue;
      expect(ours.data.nefc).toBe(theirs.data.nefc);
      if (rounding > 0 && ours.data.nefc !== 4 * ours.data.ncon) {
        apart = Math.max(apart, relative(ours.data.qacc, theirs.data.qacc));
        continue;
      }
      compared++;
      if (ours.data.ncon > 0) touching++;
      worst = Math.max(worst, relative(ours.data.qacc, theirs.data.qacc));
    }
    expect(worst).toBeLessThan(1e-9);
    expect(apart).toBeLessThan(1e-3);
    expect(compared).toBeGreaterThan(rounding > 0 ? 20 : 399);
    expect(touching).toBeGreaterThan(rounding > 0 ? 5 : 50);
  });
});
