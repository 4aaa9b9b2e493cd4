// Mass matrix and smooth forces of a planar tree of links.
//
//   M(q) a + c(q, v) = τ + Jᵀf        q = (x, z, θ, hinges)
// Places are taken from the root's frame, so that a body far from 0 is as exact as one near it.
//
// With the mass m, first moment s = Σ m r and second moment e = Σ (m r² + I) of the links from hinge h on outwards, and o the hinge's place:
//   M[h][k] = ± (e_h − s_h·(o_h + o_k) + m_h o_h·o_k)   for k = h or further in;  0 for hinges of different branches
//   M[x][h] = ± (s_z − m o_z)      M[z][h] = ∓ (s_x − m o_x)
// c comes from the links' accelerations at a = 0, −Ω² (arm), and gravity, summed from the outside inwards in the same way.
import { cosTurns4, sinTurns4 } from '../math';
import {
  ARMATURE, AT_X, AT_Z, CENTER_X, CENTER_Z, DAMPING, GEAR, GRAVITY, LINKS, MASS, MOMENT, MOST, OUTWARD_MASS, PARENT, SIGN, STIFFNESS,
} from './numbers/planar-table';
import { all, dofOf, linkAt, minus, motorOf, number, plus, splat, times } from './planar-table';
import { get, put } from './rows';

// Work memory for one body at a time (four lanes). Rows by link:
export const sine = memory.data(16 * MOST, 16);
export const cosine = memory.data(16 * MOST, 16);
const angle = memory.data(16 * MOST, 16);
export const hingeX = memory.data(16 * MOST, 16); // of the hinge
export const hingeZ = memory.data(16 * MOST, 16);
const rate = memory.data(16 * MOST, 16); // Ω
const ax = memory.data(16 * MOST, 16); // acceleration of the hinge at a = 0
const az = memory.data(16 * MOST, 16);
export const sx = memory.data(16 * MOST, 16); // first moment, from here outwards
export const sz = memory.data(16 * MOST, 16);
export const e = memory.data(16 * MOST, 16); // second moment
export const fx = memory.data(16 * MOST, 16); // m (acceleration + g)
export const fz = memory.data(16 * MOST, 16);
export const turn = memory.data(16 * MOST, 16); // Σ z f_x − x f_z
// Rows by degree of freedom:
export const M = memory.data(16 * MOST * MOST, 16);
export const force = memory.data(16 * MOST, 16);

export const PER_TURN: f32 = 0.15915494309189535;

/** Places, rates and accelerations at a = 0, from the root outwards. q, v: [degrees], four lanes each. */
export function sweepOutwards(body: usize, q: usize, v: usize): void {
  const L = <i32>number(body, LINKS);
  for (let l = 0; l < L; l++) {
    const link = linkAt(body, l);
    let turned = get(q, 2);
    if (l == 0) {
      put(hingeX, 0, splat(0));
      put(hingeZ, 0, splat(0));
      put(ax, 0, splat(0));
      put(az, 0, splat(0));
      put(rate, 0, get(v, 2));
    } else {
      const p = <i32>number(link, PARENT);
      const s = get(sine, p);
      const c = get(cosine, p);
      const dx = plus(times(all(link, AT_X), c), times(all(link, AT_Z), s));
      const dz = minus(times(all(link, AT_Z), c), times(all(link, AT_X), s));
      const spin = times(get(rate, p), get(rate, p));
      put(hingeX, l, plus(get(hingeX, p), dx));
      put(hingeZ, l, plus(get(hingeZ, p), dz));
      put(ax, l, minus(get(ax, p), times(spin, dx)));
      put(az, l, minus(get(az, p), times(spin, dz)));
      const sign = all(link, SIGN);
      put(rate, l, plus(get(rate, p), times(sign, get(v, dofOf(l)))));
      turned = plus(get(angle, p), times(sign, get(q, dofOf(l))));
    }
    put(angle, l, turned);
    const turns = times(turned, splat(PER_TURN));
    put(sine, l, sinTurns4(turns));
    put(cosine, l, cosTurns4(turns));
  }
}

/** Moments and forces of each link and all further out. */
function sweepInwards(body: usize): void {
  const L = <i32>number(body, LINKS);
  const g = all(body, GRAVITY);
  for (let l = 0; l < L; l++) {
    const link = linkAt(body, l);
    const s = get(sine, l);
    const c = get(cosine, l);
    const dx = plus(times(all(link, CENTER_X), c), times(all(link, CENTER_Z), s));
    const dz = minus(times(all(link, CENTER_Z), c), times(all(link, CENTER_X), s));
    const cx = plus(get(hingeX, l), dx);
    const cz = plus(get(hingeZ, l), dz);
    const m = all(link, MASS);
    const spin = times(get(rate, l), get(rate, l));
    const pushX = times(m, minus(get(ax, l), times(spin, dx)));
    const pushZ = times(m, plus(g, minus(get(az, l), times(spin, dz))));
    put(sx, l, times(m, cx));
    put(sz, l, times(m, cz));
    put(e, l, plus(all(link, MOMENT), times(m, plus(times(cx, cx), times(cz, cz)))));
    put(fx, l, pushX);
    put(fz, l, pushZ);
    put(turn, l, minus(times(cz, pushX), times(cx, pushZ)));
  }
  for (let l = L - 1; l > 0; l--) {
    const p = <i32>number(linkAt(body, l), PARENT);
    put(sx, p, plus(get(sx, p), get(sx, l)));
    put(sz, p, plus(get(sz, p), get(sz, l)));
    put(e, p, plus(get(e, p), get(e, l)));
    put(fx, p, plus(get(fx, p), get(fx, l)));
    put(fz, p, plus(get(fz, p), get(fz, l)));
    put(turn, p, plus(get(turn, p), get(turn, l)));
  }
}

/** M[i][j] for j = i and further in, and the smooth force τ − c. `actions`: [motors], four lanes each, within ±1. */
export function inertiaAndForce(body: usize, q: usize, v: usize, actions: usize): void {
  sweepInwards(body);
  const L = <i32>number(body, LINKS);
  const mass = all(linkAt(body, 0), OUTWARD_MASS);
  put(M, 0, mass);
  put(M, MOST, splat(0));
  put(M, MOST + 1, mass);
  put(force, 0, f32x4.neg(get(fx, 0)));
  put(force, 1, f32x4.neg(get(fz, 0)));
  for (let l = 0; l < L; l++) {
    const link = linkAt(body, l);
    const i = dofOf(l);
    const m = all(link, OUTWARD_MASS);
    const ox = get(hingeX, l);
    const oz = get(hingeZ, l);
    const sign = all(link, SIGN);
    put(M, i * MOST, times(sign, minus(get(sz, l), times(m, oz))));
    put(M, i * MOST + 1, times(sign, minus(times(m, ox), get(sx, l))));
    for (let k = l; k >= 0; k = <i32>number(linkAt(body, k), PARENT)) {
      const arms = plus(times(get(sx, l), plus(ox, get(hingeX, k))), times(get(sz, l), plus(oz, get(hingeZ, k))));
      const shift = times(m, plus(times(ox, get(hingeX, k)), times(oz, get(hingeZ, k))));
      put(M, i * MOST + dofOf(k), times(times(sign, all(linkAt(body, k), SIGN)), plus(minus(get(e, l), arms), shift)));
    }
    put(M, i * MOST + i, plus(get(M, i * MOST + i), all(link, ARMATURE)));
    // Moment of the forces about the hinge.
    const about = plus(minus(get(turn, l), times(oz, get(fx, l))), times(ox, get(fz, l)));
    let tau = f32x4.neg(times(sign, about));
    if (l > 0) {
      tau = minus(tau, plus(times(all(link, STIFFNESS), get(q, i)), times(all(link, DAMPING), get(v, i))));
      const motor = motorOf(l);
      if (motor >= 0) tau = plus(tau, times(all(link, GEAR), get(actions, motor)));
    }
    put(force, i, tau);
  }
}
