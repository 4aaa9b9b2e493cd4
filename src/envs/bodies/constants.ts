/** A planar body's numbers by name, with units: what a family's page lists and what a test hands to MuJoCo come from the same table. */
import type { Constant } from '../spec.ts';
import type { Capsule, Hinge, Link, PlanarBody, Softness } from './planar-body.ts';

const one = (value: number, unit: string, meaning: string): Constant => ({ value, unit, meaning });

const ofSoftness = (of: string, { timeConstant, dampingRatio, least, most, width }: Softness) => ({
  [`${of} time constant`]: one(timeConstant, 's', 'time constant of MuJoCo’s soft constraint (solref)'),
  [`${of} damping ratio`]: one(dampingRatio, '1', 'its damping ratio (solref)'),
  [`${of} least impedance`]: one(least, '1', 'impedance at the surface (solimp)'),
  [`${of} most impedance`]: one(most, '1', 'impedance at the width and beyond (solimp)'),
  [`${of} width`]: one(width, 'm or rad', 'depth over which the impedance rises (solimp)'),
});

const ofHinge = (link: string, { sign, stiffness, damping, armature, low, high, gear }: Hinge) => ({
  [`${link} axis`]: one(sign, '1', 'its hinge turns about ±y'),
  [`${link} stiffness`]: one(stiffness, 'N m/rad', 'spring of its hinge'),
  [`${link} damping`]: one(damping, 'N m s/rad', 'damping of its hinge'),
  [`${link} armature`]: one(armature, 'kg m²', 'inertia of its motor'),
  [`${link} low`]: one(low, 'rad', 'lower limit of its hinge'),
  [`${link} high`]: one(high, 'rad', 'upper limit of its hinge'),
  [`${link} gear`]: one(gear, 'N m', 'torque at full action'),
});

const ofCapsule = (name: string, { x, z, pitch, half, radius, friction }: Capsule) => ({
  [`${name} x`]: one(x, 'm', 'x of the capsule’s middle in the link’s frame'),
  [`${name} z`]: one(z, 'm', 'z of the capsule’s middle in the link’s frame'),
  [`${name} pitch`]: one(pitch, 'rad', 'its axis points along (sin, cos) of it'),
  [`${name} half`]: one(half, 'm', 'half the length between the centres of its ends'),
  [`${name} radius`]: one(radius, 'm', 'radius of the capsule'),
  [`${name} friction`]: one(friction, '1', 'its μ; of a capsule and the ground the larger one counts'),
});

function ofLink({ name, x, z, hinge, capsules }: Link): Record<string, Constant> {
  const shapes = capsules.map((capsule, i) => ofCapsule(capsules.length === 1 ? `${name} capsule` : `${name} capsule ${i + 1}`, capsule));
  const place = {
    [`${name} at x`]: one(x, 'm', 'x of its hinge in the parent’s frame'),
    [`${name} at z`]: one(z, 'm', 'z of its hinge in the parent’s frame'),
  };
  return Object.assign({}, hinge === null ? {} : { ...place, ...ofHinge(name, hinge) }, ...shapes);
}

export function bodyConstants(body: PlanarBody): Record<string, Constant> {
  return {
    'time step': one(body.timeStep, 's', body.integrator === 'euler' ? 'semi-implicit Euler' : 'Runge and Kutta, fourth order'),
    gravity: one(body.gravity, 'm/s²', ''),
    height: one(body.height, 'm', 'height of the root’s frame at the start'),
    ...(body.totalMass !== null && { 'total mass': one(body.totalMass, 'kg', 'the masses, by volume, are scaled to this sum') }),
    'ground friction': one(body.groundFriction, '1', 'μ of the ground'),
    margin: one(body.margin, 'm', 'ends nearer than this to the ground are in contact'),
    ...ofSoftness('contact', body.contact),
    ...ofSoftness('limit', body.limit),
    ...Object.assign({}, ...body.links.map(ofLink)),
  };
}
