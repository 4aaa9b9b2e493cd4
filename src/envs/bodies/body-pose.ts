/** Where the capsules of a planar body are, for drawing. */
import type { PlanarBody } from './planar-body.ts';

/** A capsule as its axis from (x1, z1) to (x2, z2), m, and its radius. */
export interface PlacedCapsule {
  readonly link: number;
  readonly x1: number;
  readonly z1: number;
  readonly x2: number;
  readonly z2: number;
  readonly radius: number;
}

/** q: [degrees of freedom] x, z and pitch of the root, then the hinges. */
export function placedCapsules(body: PlanarBody, q: ArrayLike<number>): PlacedCapsule[] {
  const frames: { x: number; z: number; angle: number }[] = [];
  return body.links.flatMap(({ parent, x, z, hinge, capsules }, link) => {
    const from = parent < 0 ? { x: q[0], z: q[1], angle: q[2] } : frames[parent];
    const frame = parent < 0 ? from : { ...moved(from, x, z), angle: from.angle + (hinge?.sign ?? 1) * q[link + 2] };
    frames.push(frame);
    return capsules.map(({ x: cx, z: cz, pitch, half, radius }) => {
      const [dx, dz] = [half * Math.sin(pitch), half * Math.cos(pitch)];
      const [one, other] = [moved(frame, cx + dx, cz + dz), moved(frame, cx - dx, cz - dz)];
      return { link, x1: one.x, z1: one.z, x2: other.x, z2: other.z, radius };
    });
  });
}

function moved(frame: { x: number; z: number; angle: number }, x: number, z: number) {
  const [c, s] = [Math.cos(frame.angle), Math.sin(frame.angle)];
  return { x: frame.x + x * c + z * s, z: frame.z + z * c - x * s };
}
