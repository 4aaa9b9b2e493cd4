/**
 * A planar body as the row of numbers that assembly/envs/planar-body.ts reads: a head, then the links, then the ends of the capsules. The keys of these
 * records are the names of the places: scripts/family-numbers.mjs writes assembly/envs/numbers/planar-table.ts from them.
 */
import { fail, integer } from '../../core/checks.ts';
import { inverseInertias, linkInertias } from './inertia.ts';
import type { PlanarBody, Softness } from './planar-body.ts';

/** Degrees of freedom and ends of capsules that the kernel's work memory has room for. */
export const tableRoom = { most: 12, mostEnds: 24 } as const;

/** Throws `E_ARGUMENT` for a body that is larger than the kernel's work memory, whose links are no tree, or which has a link without mass. */
export function bodyTable(body: PlanarBody): number[] {
  const { head, links, ends } = bodyRows(body);
  return [head, ...links, ...ends].flatMap((row) => Object.values(row).flat());
}

/** The same by name. Every link has the same keys in the same order, and so has every end. */
export function bodyRows(body: PlanarBody) {
  integer('links + 2', body.links.length + 2, 3, tableRoom.most);
  const inertias = linkInertias(body);
  body.links.forEach(({ name, parent }, l) => {
    integer(`parent of ${name}`, parent, l === 0 ? -1 : 0, l - 1);
    if (!(inertias[l].mass > 0)) fail(`capsules of ${name}`, 'a volume, for a link needs mass', inertias[l].mass);
  });
  const inverse = inverseInertias(body);
  const ends = body.links.flatMap(({ capsules }, l) =>
    capsules.flatMap(({ x, z, pitch, half, radius, friction }) => {
      const mu = Math.max(friction, body.groundFriction);
      return [1, -1].map((side) => ({
        endLink: l,
        endX: x + side * half * sine(pitch), // in the link's frame
        endZ: z + side * half * sine(pitch + Math.PI / 2),
        radius,
        mu,
        endInverse: 2 * mu * mu * inverse.links[l] * (1 + mu * mu), // A of the pyramid's edges, and 2 μ² that makes their R the cone's
      }));
    }),
  );
  integer('ends of capsules', ends.length, 0, tableRoom.mostEnds);
  const outward = inertias.map(({ mass }) => mass);
  for (let l = body.links.length - 1; l > 0; l--) outward[body.links[l].parent] += outward[l];
  let motors = 0;
  const links = body.links.map(({ parent, x, z, hinge }, l) => {
    const { mass, moment, x: cx, z: cz } = inertias[l];
    const motor = hinge !== null && hinge.gear > 0 ? motors++ : -1;
    const turns = hinge ?? { sign: 1, stiffness: 0, damping: 0, armature: 0, low: 0, high: 0, gear: 0 };
    return {
      parent,
      atX: x, // of its hinge in the parent's frame
      atZ: z,
      sign: turns.sign,
      stiffness: turns.stiffness,
      damping: turns.damping,
      armature: turns.armature,
      low: turns.low,
      high: turns.high,
      gear: turns.gear,
      mass,
      moment, // about the centre
      centerX: cx,
      centerZ: cz,
      limitInverse: inverse.dofs[l + 2], // A of the limits' R = (1 − d)/d A
      outwardMass: outward[l], // its own and that of all links further out
      motor, // which action; −1: none
    };
  });
  const head = {
    links: body.links.length,
    ends: ends.length,
    timeStep: body.timeStep, // s
    gravity: body.gravity,
    contact: law(body.contact, body.timeStep),
    limit: law(body.limit, body.timeStep),
    ground: body.groundFriction,
    margin: body.margin, // m: ends nearer than this to the ground are in contact
    rungeKutta: body.integrator === 'euler' ? 0 : 1, // 0: Euler's semi-implicit step with the hinges' damping implicit
  };
  return { head, links, ends };
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
