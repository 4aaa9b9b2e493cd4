// Mass matrix and smooth forces, as planar-tree.ts has them, for a torso with legs of three hinges: one pass for each leg, its sums written out.
import { cosTurns4, sinTurns4 } from '../math';
import {
  ARMATURE, AT_X, AT_Z, CENTER_X, CENTER_Z, DAMPING, GEAR, GRAVITY, LINK, MASS, MOMENT, MOST, OUTWARD_MASS, SIGN, STIFFNESS,
} from './numbers/planar-table';
import { ROW } from './planar-legs';
import { linkAt, minus, motorOf, plus, splat, times } from './planar-table';
import { cosine, e, force, fx, fz, hingeX, hingeZ, M, PER_TURN, sine, sx, sz, turn } from './planar-tree';

/** Everything of `sweepOutwards` and `inertiaAndForce`. q, v: [degrees], actions: [motors], four lanes each. */
export function legsInertiaAndForce(body: usize, q: usize, v: usize, actions: usize, n: i32): void {
  const zero = splat(0);
  const root = linkAt(body, 0);
  const g = v128.load(body, 16 * GRAVITY);
  const angle0 = v128.load(q, 32);
  const turns0 = times(angle0, splat(PER_TURN));
  const s0 = sinTurns4(turns0);
  const c0 = cosTurns4(turns0);
  const rate0 = v128.load(v, 32);
  const spin0 = times(rate0, rate0);
  v128.store(0, zero, hingeX);
  v128.store(0, zero, hingeZ);
  v128.store(0, s0, sine);
  v128.store(0, c0, cosine);

  const atX = v128.load(root, 16 * CENTER_X);
  const atZ = v128.load(root, 16 * CENTER_Z);
  const x = plus(times(atX, c0), times(atZ, s0));
  const z = minus(times(atZ, c0), times(atX, s0));
  const m = v128.load(root, 16 * MASS);
  let rootFx = times(m, minus(zero, times(spin0, x)));
  let rootFz = times(m, plus(g, minus(zero, times(spin0, z))));
  let rootSx = times(m, x);
  let rootSz = times(m, z);
  let rootE = plus(v128.load(root, 16 * MOMENT), times(m, plus(times(x, x), times(z, z))));
  let rootTurn = minus(times(z, rootFx), times(x, rootFz));

  for (let f = n - 3; f > 0; f -= 3) {
    const leg = linkAt(body, f - 2);
    const at = <usize>f << 4; // of hinge a's degree of freedom
    const o = at - 32; // of its link
    let link = leg;
    let s = s0;
    let c = c0;
    let angle = angle0;
    let rate = rate0;
    let spin = spin0;
    let hx = zero;
    let hz = zero;
    let ax = zero;
    let az = zero;
    for (let d: usize = 0; d < 48; d += 16) {
      let alongX = v128.load(link, 16 * AT_X);
      let alongZ = v128.load(link, 16 * AT_Z);
      let dx = plus(times(alongX, c), times(alongZ, s));
      let dz = minus(times(alongZ, c), times(alongX, s));
      hx = plus(hx, dx);
      hz = plus(hz, dz);
      ax = minus(ax, times(spin, dx));
      az = minus(az, times(spin, dz));
      const sign = v128.load(link, 16 * SIGN);
      rate = plus(rate, times(sign, v128.load(v + at + d)));
      angle = plus(angle, times(sign, v128.load(q + at + d)));
      const turns = times(angle, splat(PER_TURN));
      s = sinTurns4(turns);
      c = cosTurns4(turns);
      spin = times(rate, rate);
      v128.store(o + d, hx, hingeX);
      v128.store(o + d, hz, hingeZ);
      v128.store(o + d, s, sine);
      v128.store(o + d, c, cosine);

      alongX = v128.load(link, 16 * CENTER_X);
      alongZ = v128.load(link, 16 * CENTER_Z);
      dx = plus(times(alongX, c), times(alongZ, s));
      dz = minus(times(alongZ, c), times(alongX, s));
      const cx = plus(hx, dx);
      const cz = plus(hz, dz);
      const mass = v128.load(link, 16 * MASS);
      const pushX = times(mass, minus(ax, times(spin, dx)));
      const pushZ = times(mass, plus(g, minus(az, times(spin, dz))));
      v128.store(o + d, times(mass, cx), sx);
      v128.store(o + d, times(mass, cz), sz);
      v128.store(o + d, plus(v128.load(link, 16 * MOMENT), times(mass, plus(times(cx, cx), times(cz, cz)))), e);
      v128.store(o + d, pushX, fx);
      v128.store(o + d, pushZ, fz);
      v128.store(o + d, minus(times(cz, pushX), times(cx, pushZ)), turn);
      link += 16 * LINK;
    }
    const p = M + at * MOST;
    const h = p + at;
    const xa = v128.load(o, hingeX);
    const za = v128.load(o, hingeZ);
    const xb = v128.load(o + 16, hingeX);
    const zb = v128.load(o + 16, hingeZ);
    const signA = v128.load(leg, 16 * SIGN);
    const signB = v128.load(leg, 16 * (LINK + SIGN));
    const signC = v128.load(leg, 16 * (2 * LINK + SIGN));

    // c
    let SX = v128.load(o + 32, sx);
    let SZ = v128.load(o + 32, sz);
    let E = v128.load(o + 32, e);
    let FX = v128.load(o + 32, fx);
    let FZ = v128.load(o + 32, fz);
    let T = v128.load(o + 32, turn);
    let mass = v128.load(leg, 16 * (2 * LINK + OUTWARD_MASS));
    v128.store(p, times(signC, minus(SZ, times(mass, hz))), 2 * ROW);
    v128.store(p, times(signC, minus(times(mass, hx), SX)), 2 * ROW + 16);
    v128.store(p, times(signC, minus(E, plus(times(SX, hx), times(SZ, hz)))), 2 * ROW + 32);
    v128.store(h, times(times(signC, signA), coupling(SX, SZ, E, mass, hx, hz, xa, za)), 2 * ROW);
    v128.store(h, times(times(signC, signB), coupling(SX, SZ, E, mass, hx, hz, xb, zb)), 2 * ROW + 16);
    const cc = times(times(signC, signC), coupling(SX, SZ, E, mass, hx, hz, hx, hz));
    v128.store(h, plus(cc, v128.load(leg, 16 * (2 * LINK + ARMATURE))), 2 * ROW + 32);
    v128.store(at + 32, torque(leg + 16 * (2 * LINK), signC, T, FX, FZ, hx, hz, q + at + 32, v + at + 32, actions, f), force);
    // b and c
    SX = plus(v128.load(o + 16, sx), SX);
    SZ = plus(v128.load(o + 16, sz), SZ);
    E = plus(v128.load(o + 16, e), E);
    FX = plus(v128.load(o + 16, fx), FX);
    FZ = plus(v128.load(o + 16, fz), FZ);
    T = plus(v128.load(o + 16, turn), T);
    mass = v128.load(leg, 16 * (LINK + OUTWARD_MASS));
    v128.store(p, times(signB, minus(SZ, times(mass, zb))), ROW);
    v128.store(p, times(signB, minus(times(mass, xb), SX)), ROW + 16);
    v128.store(p, times(signB, minus(E, plus(times(SX, xb), times(SZ, zb)))), ROW + 32);
    v128.store(h, times(times(signB, signA), coupling(SX, SZ, E, mass, xb, zb, xa, za)), ROW);
    const bb = times(times(signB, signB), coupling(SX, SZ, E, mass, xb, zb, xb, zb));
    v128.store(h, plus(bb, v128.load(leg, 16 * (LINK + ARMATURE))), ROW + 16);
    v128.store(at + 16, torque(leg + 16 * LINK, signB, T, FX, FZ, xb, zb, q + at + 16, v + at + 16, actions, f - 1), force);
    // a, b and c
    SX = plus(v128.load(o, sx), SX);
    SZ = plus(v128.load(o, sz), SZ);
    E = plus(v128.load(o, e), E);
    FX = plus(v128.load(o, fx), FX);
    FZ = plus(v128.load(o, fz), FZ);
    T = plus(v128.load(o, turn), T);
    mass = v128.load(leg, 16 * OUTWARD_MASS);
    v128.store(p, times(signA, minus(SZ, times(mass, za))));
    v128.store(p, times(signA, minus(times(mass, xa), SX)), 16);
    v128.store(p, times(signA, minus(E, plus(times(SX, xa), times(SZ, za)))), 32);
    const aa = times(times(signA, signA), coupling(SX, SZ, E, mass, xa, za, xa, za));
    v128.store(h, plus(aa, v128.load(leg, 16 * ARMATURE)));
    v128.store(at, torque(leg, signA, T, FX, FZ, xa, za, q + at, v + at, actions, f - 2), force);

    rootSx = plus(rootSx, SX);
    rootSz = plus(rootSz, SZ);
    rootE = plus(rootE, E);
    rootFx = plus(rootFx, FX);
    rootFz = plus(rootFz, FZ);
    rootTurn = plus(rootTurn, T);
  }
  const mass = v128.load(root, 16 * OUTWARD_MASS);
  v128.store(M, mass);
  v128.store(M, zero, ROW);
  v128.store(M, mass, ROW + 16);
  v128.store(M, rootSz, 2 * ROW);
  v128.store(M, minus(zero, rootSx), 2 * ROW + 16);
  v128.store(M, rootE, 2 * ROW + 32);
  v128.store(force, f32x4.neg(rootFx));
  v128.store(force, f32x4.neg(rootFz), 16);
  v128.store(force, f32x4.neg(rootTurn), 32);
}

/** e − s·(o + k) + m o·k */
// @ts-ignore: decorator
@inline
function coupling(SX: v128, SZ: v128, E: v128, mass: v128, ox: v128, oz: v128, kx: v128, kz: v128): v128 {
  const arms = plus(times(SX, plus(ox, kx)), times(SZ, plus(oz, kz)));
  return plus(minus(E, arms), times(mass, plus(times(ox, kx), times(oz, kz))));
}

// @ts-ignore: decorator
@inline
function torque(link: usize, sign: v128, T: v128, FX: v128, FZ: v128, ox: v128, oz: v128, q: usize, v: usize, actions: usize, l: i32): v128 {
  const about = plus(minus(T, times(oz, FX)), times(ox, FZ));
  const held = plus(times(v128.load(link, 16 * STIFFNESS), v128.load(q)), times(v128.load(link, 16 * DAMPING), v128.load(v)));
  const tau = minus(f32x4.neg(times(sign, about)), held);
  const motor = motorOf(l);
  return motor < 0 ? tau : plus(tau, times(v128.load(link, 16 * GEAR), v128.load(actions + (<usize>motor << 4))));
}
