/**
 * Bodies as tasks: numbers of a planar body that differ between environments. A task has one number ω for each change; what is changed is multiplied by base^ω, or by ω
 * itself. The law reads a row for each number of the body's table that a change concerns: assembly/envs/planar-changes.ts.
 */
import type { Field } from '../../core/spaces.ts';
import type { PlanarBody } from './planar-body.ts';
import { bodyRows } from './table.ts';

interface BodyChange {
  /** `length` moves the link's capsules and the hinges that hang on it away from its own hinge, or back; its mass stays. */
  readonly of: 'mass' | 'inertia' | 'damping' | 'friction' | 'gear' | 'length';
  /** Name of the link, or `ground` (of friction). */
  readonly link: string;
  /** What is changed is multiplied by base^ω; null: by ω. */
  readonly base: number | null;
}

/** The changes of a preset, and how a task draws them: all numbers uniform in ± `spread`; or all are 1 but one of `lost`, which is 0. */
export interface BodyTasks {
  readonly changes: readonly BodyChange[];
  readonly spread: number;
  /** From and to (that one excluded) among the changes; null: none is lost. */
  readonly lost: readonly [from: number, to: number] | null;
}

/** No changes: the body of the source. */
export const usualBody: BodyTasks = { changes: [], spread: 0, lost: null };

/** A number of the table, by its place in it. Its keys are the names of the places: scripts/family-numbers.mjs. */
interface ChangeRow {
  readonly place: number;
  /** Of the task. */
  readonly taskNumber: number;
  /** ln base; 0: ω itself is the factor. */
  readonly log: number;
  readonly nominal: number;
}

type LinkKey = 'mass' | 'moment' | 'damping' | 'gear' | 'centerX' | 'centerZ' | 'atX' | 'atZ';
type EndKey = 'endX' | 'endZ' | 'mu';
const keyOf = { mass: 'mass', inertia: 'moment', damping: 'damping', gear: 'gear' } as const;

/** `first`: the task's number of the first change. */
export function changeRows(body: PlanarBody, changes: readonly BodyChange[], first: number): ChangeRow[] {
  const { head, links, ends } = bodyRows(body);
  const sizeOf = (row: object) => Object.values(row).flat().length;
  const placeIn = (row: object, key: string) => sizeOf(Object.fromEntries(Object.entries(row).slice(0, Object.keys(row).indexOf(key))));
  const linksAt = sizeOf(head);
  const endsAt = linksAt + links.length * sizeOf(links[0]);
  return changes.flatMap(({ of, link, base }, k) => {
    const rest = { taskNumber: first + k, log: base === null ? 0 : naturalLog(base) };
    const l = body.links.findIndex(({ name }) => name === link);
    const ofLink = (i: number, key: LinkKey) => ({
      place: linksAt + i * sizeOf(links[0]) + placeIn(links[0], key),
      ...rest,
      nominal: links[i][key],
    });
    const ofEnd = (i: number, key: EndKey, nominal = ends[i][key]) => ({
      place: endsAt + i * sizeOf(ends[0]) + placeIn(ends[0], key),
      ...rest,
      nominal,
    });
    const ownEnds = ends.map((_, i) => i).filter((i) => ends[i].endLink === l);
    if (of === 'length') {
      const outer = links.map((_, i) => i).filter((i) => links[i].parent === l);
      return [
        ...(['centerX', 'centerZ'] as const).map((key) => ofLink(l, key)),
        ...outer.flatMap((i) => (['atX', 'atZ'] as const).map((key) => ofLink(i, key))),
        ...ownEnds.flatMap((i) => (['endX', 'endZ'] as const).map((key) => ofEnd(i, key))),
      ];
    }
    if (of !== 'friction') return [ofLink(l, keyOf[of])];
    if (l < 0) return [{ place: placeIn(head, 'ground'), ...rest, nominal: body.groundFriction }];
    const frictions = body.links[l].capsules.flatMap(({ friction }) => [friction, friction]); // of both ends
    return ownEnds.map((i, e) => ofEnd(i, 'mu', frictions[e]));
  });
}

/** z of the lowest point of the ends in the pose with all hinges at 0, m from the root's frame. */
export function lowestEnd(body: PlanarBody): number {
  const { links, ends } = bodyRows(body);
  const z: number[] = [];
  for (const { parent, atZ } of links) z.push(parent < 0 ? 0 : z[parent] + atZ);
  return Math.min(...ends.map(({ endLink, endZ, radius }) => z[endLink] + endZ - radius));
}

/** ln x to f64's rounding for 0.1 < x < 10, by its series: the host's own differs between engines. */
function naturalLog(x: number): number {
  const y = (x - 1) / (x + 1);
  let total = 0;
  let power = y;
  for (let k = 1; k < 400; k += 2) {
    total += power / k;
    power *= y * y;
  }
  return 2 * total;
}

const names = {
  mass: 'mass',
  inertia: 'moment of inertia',
  damping: 'damping',
  friction: 'friction',
  gear: 'torque',
  length: 'length',
} as const;

/** The fields of a task. */
export const changeFields = ({ changes, spread }: BodyTasks): Field[] =>
  changes.map(({ of, link, base }) => ({
    name: `${of} of ${link}`,
    unit: '1',
    low: base === null ? 0 : -spread,
    high: base === null ? 1 : spread,
    meaning: base === null ? `what its ${names[of]} is multiplied by` : `its ${names[of]} is multiplied by ${base} to this power`,
  }));

/**
 * rand_param_envs' law: mass and inertia of every link, friction of every link and of the ground by 1.5^u, damping of every hinge by 1.3^u, u ~ U[−3, 3), each by itself.
 * Source: dennisl88/rand_param_envs, rand_param_envs/base.py. It draws all three axes of an inertia and of a friction; one of each counts in the plane.
 */
export function randomParameters(body: PlanarBody): BodyTasks {
  const all = body.links.map(({ name }) => name);
  const each = (of: BodyChange['of'], links: readonly string[], base: number) => links.map((link) => ({ of, link, base }));
  return {
    changes: [
      ...each('mass', all, 1.5),
      ...each('inertia', all, 1.5),
      ...each('damping', all.slice(1), 1.3),
      ...each('friction', ['ground', ...all], 1.5),
    ],
    spread: 3,
    lost: null,
  };
}

/** Ours: the length of every link by 1.2^u, the torque of every motor by 1.5^u, u ~ U[−1, 1), each by itself; masses and inertias stay. */
export function randomLengths(body: PlanarBody): BodyTasks {
  const changes = [
    ...body.links.map(({ name }): BodyChange => ({ of: 'length', link: name, base: 1.2 })),
    ...motorsOf(body).map((link): BodyChange => ({ of: 'gear', link, base: 1.5 })),
  ];
  return { changes, spread: 1, lost: null };
}

const motorsOf = ({ links }: PlanarBody) => links.filter(({ hinge }) => hinge !== null && hinge.gear > 0).map(({ name }) => name);

/** One motor gives no torque. */
export function lostMotor(body: PlanarBody, [from, to]: readonly [number, number]): BodyTasks {
  return { changes: motorsOf(body).map((link) => ({ of: 'gear', link, base: null })), spread: 0, lost: [from, to] };
}
