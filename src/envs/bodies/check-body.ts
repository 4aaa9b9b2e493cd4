/** A planar body that others wrote, checked: every number there and finite, links in the order of a tree. */
import { type Check, fail, integer, list, number, oneOf, record, text } from '../../core/checks.ts';
import type { PlanarBody } from './planar-body.ts';

type Checks<T> = { readonly [K in keyof T]: Check<T[K]> };

/** The fields of an object, each by its check. */
function fields<T>(title: string, value: unknown, checks: Checks<T>): T {
  const given = record(title, value);
  const names = Object.keys(checks) as (keyof T & string)[];
  return Object.fromEntries(names.map((name) => [name, checks[name](`${title}.${name}`, given[name])])) as T;
}

const orNull =
  <T>(check: Check<T>): Check<T | null> =>
  (title, value) =>
    value === null ? null : check(title, value);
const real: Check<number> = (title, value) => number(title, value);

const capsule: Check<PlanarBody['links'][number]['capsules'][number]> = (title, value) =>
  fields(title, value, { x: real, z: real, pitch: real, half: real, radius: real, friction: real });

const hinge: Check<NonNullable<PlanarBody['links'][number]['hinge']>> = (title, value) =>
  fields(title, value, {
    sign: (name, sign) => (sign === 1 || sign === -1 ? sign : fail(name, '1 or -1', sign)),
    stiffness: real,
    damping: real,
    armature: real,
    low: real,
    high: real,
    gear: real,
  });

const link: Check<PlanarBody['links'][number]> = (title, value) =>
  fields(title, value, {
    name: text,
    parent: (name, parent) => integer(name, parent, -1),
    x: real,
    z: real,
    hinge: orNull(hinge),
    capsules: (name, capsules) => list(name, capsules, capsule),
  });

const softness: Check<PlanarBody['contact']> = (title, value) =>
  fields(title, value, { timeConstant: real, dampingRatio: real, least: real, most: real, width: real });

/** Throws `E_ARGUMENT` or `E_UNKNOWN_NAME`. */
export function planarBody(title: string, value: unknown): PlanarBody {
  const body: PlanarBody = fields(title, value, {
    name: text,
    links: (name, links) => list(name, links, link, 1, 1000),
    height: real,
    totalMass: orNull(real),
    groundFriction: real,
    contact: softness,
    margin: real,
    limit: softness,
    timeStep: real,
    integrator: (name, integrator) => oneOf(name, integrator, ['euler', 'runge-kutta']),
    gravity: real,
  });
  body.links.forEach(({ parent, hinge: joint }, i) => {
    const fits = i === 0 ? parent === -1 && joint === null : parent >= 0 && parent < i;
    if (!fits) fail(`${title}.links[${i}].parent`, i === 0 ? '-1, without a hinge: the root' : `0 to ${i - 1}, a link before it`, parent);
  });
  return body;
}
