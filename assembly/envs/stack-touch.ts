// Where two rectangles may touch, for four worlds at once: the face that keeps them farthest apart, and the edge of the other one that faces it, cut off at the
// sides of that face (separating axes and clipping, as in Box2D; E. Catto, GDC 2007). Equations: docs/envs/stack-physics.md.

// What was found: normal from the first rectangle to the second; of both points, in the order of (n_z, −n_x), the gap and the place from both centres.
export let nx: v128 = f32x4.splat(0);
export let nz: v128 = f32x4.splat(0);
export let gap0: v128 = f32x4.splat(0);
export let gap1: v128 = f32x4.splat(0);
export let ax0: v128 = f32x4.splat(0);
export let az0: v128 = f32x4.splat(0);
export let ax1: v128 = f32x4.splat(0);
export let az1: v128 = f32x4.splat(0);
export let bx0: v128 = f32x4.splat(0);
export let bz0: v128 = f32x4.splat(0);
export let bx1: v128 = f32x4.splat(0);
export let bz1: v128 = f32x4.splat(0);

// @ts-ignore: decorator
@inline
function dot(ax: v128, az: v128, bx: v128, bz: v128): v128 {
  return f32x4.add(f32x4.mul(ax, bx), f32x4.mul(az, bz));
}

/** −x where `sign` is below 0, else x. */
// @ts-ignore: decorator
@inline
function signed(x: v128, sign: v128): v128 {
  return v128.xor(x, v128.and(sign, i32x4.splat(0x80000000)));
}

/** b from a: (dx, dz). cos, sin and half sides of both. Returns the mask of those that may touch. */
export function touch(dx: v128, dz: v128, cA: v128, sA: v128, wA: v128, hA: v128, cB: v128, sB: v128, wB: v128, hB: v128, margin: v128): v128 {
  const zero = f32x4.splat(0);
  // How far each face of one is in front of the other.
  const C = f32x4.abs(dot(cA, sA, cB, sB));
  const S = f32x4.abs(f32x4.sub(f32x4.mul(cA, sB), f32x4.mul(sA, cB)));
  const apartAx = f32x4.sub(f32x4.abs(dot(dx, dz, cA, sA)), f32x4.add(wA, dot(wB, hB, C, S)));
  const apartAz = f32x4.sub(f32x4.abs(f32x4.sub(f32x4.mul(dz, cA), f32x4.mul(dx, sA))), f32x4.add(hA, dot(wB, hB, S, C)));
  const apartBx = f32x4.sub(f32x4.abs(dot(dx, dz, cB, sB)), f32x4.add(wB, dot(wA, hA, C, S)));
  const apartBz = f32x4.sub(f32x4.abs(f32x4.sub(f32x4.mul(dz, cB), f32x4.mul(dx, sB))), f32x4.add(hB, dot(wA, hA, S, C)));
  const apartA = f32x4.pmax(apartAx, apartAz);
  const apartB = f32x4.pmax(apartBx, apartBz);
  const ofA = f32x4.ge(apartA, apartB);
  const near = f32x4.le(f32x4.pmax(apartA, apartB), margin);
  if (!v128.any_true(near)) return near;

  // The reference, whose face it is, and the incident one.
  const faceX = v128.bitselect(f32x4.ge(apartAx, apartAz), f32x4.ge(apartBx, apartBz), ofA);
  const cR = v128.bitselect(cA, cB, ofA);
  const sR = v128.bitselect(sA, sB, ofA);
  const wR = v128.bitselect(wA, wB, ofA);
  const hR = v128.bitselect(hA, hB, ofA);
  const cI = v128.bitselect(cB, cA, ofA);
  const sI = v128.bitselect(sB, sA, ofA);
  const wI = v128.bitselect(wB, wA, ofA);
  const hI = v128.bitselect(hB, hA, ofA);
  const toX = v128.bitselect(dx, f32x4.neg(dx), ofA);
  const toZ = v128.bitselect(dz, f32x4.neg(dz), ofA);
  const axisX = v128.bitselect(cR, f32x4.neg(sR), faceX);
  const axisZ = v128.bitselect(sR, cR, faceX);
  const out = v128.bitselect(wR, hR, faceX); // from the centre to the face
  const wide = v128.bitselect(hR, wR, faceX); // half of the face
  const along = dot(toX, toZ, axisX, axisZ);
  const NX = signed(axisX, along);
  const NZ = signed(axisZ, along);
  const centreN = f32x4.abs(along);
  const centreT = f32x4.sub(f32x4.mul(toX, NZ), f32x4.mul(toZ, NX)); // along (N_z, −N_x)

  // The edge of the incident one that looks against N: its middle (t, n) and its direction (P, Q), P > 0.
  const xn = dot(cI, sI, NX, NZ);
  const zn = f32x4.sub(f32x4.mul(cI, NZ), f32x4.mul(sI, NX));
  const byX = f32x4.gt(f32x4.abs(xn), f32x4.abs(zn));
  const P = f32x4.abs(v128.bitselect(xn, zn, byX));
  const Q = v128.bitselect(f32x4.neg(signed(zn, xn)), signed(xn, zn), byX);
  const thick = v128.bitselect(wI, hI, byX);
  const long = v128.bitselect(hI, wI, byX);
  const t = f32x4.add(centreT, f32x4.mul(thick, Q));
  const n = f32x4.sub(centreN, f32x4.mul(thick, P));
  const reach = f32x4.mul(long, P);
  const low = f32x4.sub(t, reach);
  const high = f32x4.add(t, reach);
  const narrow = f32x4.neg(wide);
  const t0 = f32x4.pmin(f32x4.pmax(low, narrow), wide);
  const t1 = f32x4.pmin(f32x4.pmax(high, narrow), wide);
  const slope = f32x4.div(Q, P);
  const n0 = f32x4.add(n, f32x4.mul(slope, f32x4.sub(t0, t)));
  const n1 = f32x4.add(n, f32x4.mul(slope, f32x4.sub(t1, t)));
  const over = v128.and(f32x4.lt(low, wide), f32x4.gt(high, narrow));

  // Places from the reference's centre, midway between face and edge, so that it does not matter which of two parallel faces is the reference. Seen from b the order
  // of the two points is the other one.
  const first = v128.bitselect(t0, t1, ofA);
  const second = v128.bitselect(t1, t0, ofA);
  const firstN = v128.bitselect(n0, n1, ofA);
  const secondN = v128.bitselect(n1, n0, ofA);
  const middle0 = f32x4.mul(f32x4.splat(0.5), f32x4.add(firstN, out));
  const middle1 = f32x4.mul(f32x4.splat(0.5), f32x4.add(secondN, out));
  const x0 = f32x4.add(f32x4.mul(first, NZ), f32x4.mul(middle0, NX));
  const z0 = f32x4.sub(f32x4.mul(middle0, NZ), f32x4.mul(first, NX));
  const x1 = f32x4.add(f32x4.mul(second, NZ), f32x4.mul(middle1, NX));
  const z1 = f32x4.sub(f32x4.mul(middle1, NZ), f32x4.mul(second, NX));
  const x0I = f32x4.sub(x0, toX);
  const z0I = f32x4.sub(z0, toZ);
  const x1I = f32x4.sub(x1, toX);
  const z1I = f32x4.sub(z1, toZ);
  nx = v128.bitselect(NX, f32x4.neg(NX), ofA);
  nz = v128.bitselect(NZ, f32x4.neg(NZ), ofA);
  gap0 = f32x4.sub(firstN, out);
  gap1 = f32x4.sub(secondN, out);
  ax0 = v128.bitselect(x0, x0I, ofA);
  az0 = v128.bitselect(z0, z0I, ofA);
  ax1 = v128.bitselect(x1, x1I, ofA);
  az1 = v128.bitselect(z1, z1I, ofA);
  bx0 = v128.bitselect(x0I, x0, ofA);
  bz0 = v128.bitselect(z0I, z0, ofA);
  bx1 = v128.bitselect(x1I, x1, ofA);
  bz1 = v128.bitselect(z1I, z1, ofA);
  return v128.and(near, over);
}
