/** A planar body's numbers by name, with units: what a family's page lists and what a test hands to MuJoCo come from the same table. */
import type { Constant } from '../spec.ts';
import type { Capsule, Hinge, Link, PlanarBody, Softness } from './planar-body.ts';

const one = (value: number, unit: string, meaning: string): Constant => ({ value, unit, meaning });

const ofSoftness = (of: string, { timeConstant, dampingRatio, least, most, width }: Softness) => ({
  [`${of} time constant`]: one(timeConstant, 's', 'of MuJoCo’s soft constraint, solref'),
  [`${of} damping ratio`]: one(dampingRatio, '1', 'solref'),
  [`${of} least impedance`]: one(least, '1', 'at the surface, solimp'),
  [`${of} most impedance`]: one(most, '1', 'from the width on, solimp'),
  [`${of} width`]: one(width, 'm or rad', 'solimp'),
});

const ofHinge = (link: string, { sign, stiffness, damping, armature, low, high, gear }: Hinge) => ({
  [`${link} axis`]: one(sign, '1', 'of its hinge: ±y'),
  [`${link} stiffness`]: one(stiffness, 'N m/rad', ''),
  [`${link} damping`]: one(damping, 'N m s/rad', ''),
  [`${link} armature`]: one(armature, 'kg m²', ''),
  [`${link} low`]: one(low, 'rad', 'limit of its hinge'),
  [`${link} high`]: one(high, 'rad', 'limit of its hinge'),
  [`${link} gear`]: one(gear, 'N m', 'at full action'),
});

const ofCapsule = (name: string, { x, z, pitch, half, radius, friction }: Capsule) => ({
  [`${name} x`]: one(x, 'm', 'middle of the capsule in the link’s frame'),
  [`${name} z`]: one(z, 'm', ''),
  [`${name} pitch`]: one(pitch, 'rad', 'its axis points along (sin, cos) of it'),
  [`${name} half`]: one(half, 'm', 'half the length between the centres of its ends'),
  [`${name} radius`]: one(radius, 'm', ''),
  [`${name} friction`]: one(friction, '1', 'μ against the ground'),
});

function ofLink({ name, x, z, hinge, capsules }: Link): Record<string, Constant> {
  const shapes = capsules.map((capsule, i) => ofCapsule(capsules.length === 1 ? `${name} capsule` : `${name} capsule ${i + 1}`, capsule));
  const place = { [`${name} at x`]: one(x, 'm', 'its hinge in the parent’s frame'), [`${name} at z`]: one(z, 'm', '') };
  return Object.assign({}, hinge === null ? {} : { ...place, ...ofHinge(name, hinge) }, ...shapes);
}

export function bodyConstants(body: PlanarBody): Record<string, Constant> {
  return {
    'time step': one(body.timeStep, 's', body.integrator === 'euler' ? 'semi-implicit Euler' : 'Runge and Kutta, fourth order'),
    gravity: one(body.gravity, 'm/s²', ''),
    height: one(body.height, 'm', 'of the root’s frame at the start'),
    ...(body.totalMass !== null && { 'total mass': one(body.totalMass, 'kg', 'masses by volume, scaled to it') }),
    margin: one(body.margin, 'm', 'ends nearer than this to the ground are in contact'),
    ...ofSoftness('contact', body.contact),
    ...ofSoftness('limit', body.limit),
    ...Object.assign({}, ...body.links.map(ofLink)),
  };
}
