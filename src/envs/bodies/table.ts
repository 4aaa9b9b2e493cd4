/** A planar body as the row of numbers that assembly/envs/planar-body.ts reads: a head, then the links, then the ends of the capsules, in its order. */
import { fail, integer } from '../../core/checks.ts';
import { inverseInertias, linkInertias } from './inertia.ts';
import type { PlanarBody, Softness } from './planar-body.ts';

/** What assembly/envs/planar-table.ts has room for. */
const mostDegrees = 12;
const mostEnds = 24;

/** Throws `E_ARGUMENT` for a body that is larger than the kernel's places of work, and for a tree that is none or has a link without mass. */
export function bodyTable(body: PlanarBody): number[] {
  integer('links + 2', body.links.length + 2, 3, mostDegrees);
  const inertias = linkInertias(body);
  body.links.forEach(({ name, parent }, l) => {
    integer(`parent of ${name}`, parent, l === 0 ? -1 : 0, l - 1);
    if (!(inertias[l].mass > 0)) fail(`capsules of ${name}`, 'a volume, for a link needs mass', inertias[l].mass);
  });
  const inverse = inverseInertias(body);
  const ends = body.links.flatMap(({ capsules }, l) =>
    capsules.flatMap(({ x, z, pitch, half, radius, friction: mu }) =>
      [1, -1].map((side) => [
        l,
        x + side * half * sine(pitch),
        z + side * half * sine(pitch + Math.PI / 2),
        radius,
        mu,
        // A of the pyramid's edges, and 2 μ² that makes their R the cone's.
        2 * mu * mu * inverse.links[l] * (1 + mu * mu),
      ]),
    ),
  );
  integer('ends of capsules', ends.length, 0, mostEnds);
  const outward = inertias.map(({ mass }) => mass);
  for (let l = body.links.length - 1; l > 0; l--) outward[body.links[l].parent] += outward[l];
  let motors = 0;
  const links = body.links.flatMap(({ parent, x, z, hinge }, l) => {
    const { mass, moment, x: cx, z: cz } = inertias[l];
    const motor = hinge !== null && hinge.gear > 0 ? motors++ : -1;
    const turns = hinge ?? { sign: 1, stiffness: 0, damping: 0, armature: 0, low: 0, high: 0, gear: 0 };
    return [
      parent,
      x,
      z,
      turns.sign,
      turns.stiffness,
      turns.damping,
      turns.armature,
      turns.low,
      turns.high,
      turns.gear,
      mass,
      moment,
      cx,
      cz,
      inverse.dofs[l + 2],
      outward[l],
      motor,
    ];
  });
  const head = [
    body.links.length,
    ends.length,
    body.timeStep,
    body.gravity,
    ...law(body.contact, body.timeStep),
    ...law(body.limit, body.timeStep),
    body.margin,
    body.integrator === 'euler' ? 0 : 1,
  ];
  return [...head, ...links, ...ends.flat()];
}

/** Stiffness, damping, least and most impedance, 1/width. MuJoCo keeps impedances within 1e-4 of 0 and 1, and the time constant at two steps at least. */
function law({ timeConstant, dampingRatio, least, most, width }: Softness, timeStep: number): number[] {
  const within = (d: number) => Math.min(0.9999, Math.max(0.0001, d));
  const time = Math.max(timeConstant, 2 * timeStep);
  const high = within(most);
  return [1 / (high * high * time * time * dampingRatio * dampingRatio), 2 / (high * time), within(least), high, 1 / width];
}

/** sin x to f64's rounding for |x| < 10, by its series: the host's own differs between engines. */
function sine(x: number): number {
  const turns = Math.round(x / (2 * Math.PI));
  const t = x - turns * 2 * Math.PI;
  let term = t;
  let total = t;
  for (let k = 1; k < 16; k++) {
    term *= (-t * t) / (2 * k * (2 * k + 1));
    total += term;
  }
  return total;
}
