/**
 * Dynamics of a planar body in plain f64, from the equations; the engine compares with it, and it with MuJoCo (facts: its documentation, "Computation").
 *   M(q) a + c(q, v) = τ + Jᵀf        q = (x, z, θ, hinges), v = q̇
 *   M = Σ m J_cᵀJ_c + I J_θᵀJ_θ + armature       c = Σ m J_cᵀ(J̇_c v + (0, g))
 * J_c: Jacobian of a link's centre of mass; J_θ: of its pitch, which is constant, so turning adds nothing to c.
 */
import type { Capsule, PlanarBody, Softness } from '../../src/envs/bodies/planar-body.ts';
import { solve } from './linear.ts';

type Pair = [number, number];
type Row = number[];

/** (x, z) turned by θ about y. */
const turned = (x: number, z: number, angle: number): Pair => [
  x * Math.cos(angle) + z * Math.sin(angle),
  z * Math.cos(angle) - x * Math.sin(angle),
];
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** Mass and moment about its centre of a capsule of density 1000: a cylinder of length 2h and two half balls. */
function inertiaOf({ half: h, radius: r }: Capsule): { mass: number; moment: number } {
  const cylinder = 1000 * Math.PI * r * r * 2 * h;
  const balls = (1000 * 4 * Math.PI * r ** 3) / 3;
  return {
    mass: cylinder + balls,
    moment: cylinder * ((r * r) / 4 + (h * h) / 3) + balls * (0.4 * r * r + h * h + 0.75 * h * r),
  };
}

export interface LinkMass {
  readonly mass: number;
  /** About the centre. */
  readonly moment: number;
  /** Centre of mass in the link's frame. */
  readonly center: Pair;
}

/** A body whose masses were set after its inverse inertias were computed, as a task sets them in a compiled model. */
export interface ChangedBody extends PlanarBody {
  readonly masses: readonly LinkMass[];
  /** As it was compiled. */
  readonly usual: PlanarBody;
}

const isChanged = (body: PlanarBody): body is ChangedBody => 'masses' in body;

export function linkMasses(body: PlanarBody): readonly LinkMass[] {
  if (isChanged(body)) return body.masses;
  const raw = body.links.map(({ capsules }) => {
    const parts = capsules.map((capsule) => ({ ...inertiaOf(capsule), x: capsule.x, z: capsule.z }));
    const mass = parts.reduce((sum, part) => sum + part.mass, 0);
    const [x, z] = (['x', 'z'] as const).map((axis) => parts.reduce((sum, part) => sum + part.mass * part[axis], 0) / mass);
    const moment = parts.reduce((sum, part) => sum + part.moment + part.mass * ((part.x - x) ** 2 + (part.z - z) ** 2), 0);
    return { mass, moment, center: [x, z] as Pair };
  });
  const total = raw.reduce((sum, { mass }) => sum + mass, 0);
  const scale = body.totalMass === null ? 1 : body.totalMass / total;
  return raw.map(({ mass, moment, center }) => ({ mass: scale * mass, moment: scale * moment, center }));
}

interface Frame {
  readonly x: number;
  readonly z: number;
  readonly angle: number;
  /** Degrees of freedom that move it, root first. */
  readonly hinges: readonly { readonly dof: number; readonly sign: number; readonly x: number; readonly z: number }[];
}

/** Degree of freedom of link i's hinge; the root's turn is 2. */
const dofOf = (i: number) => i + 2;

export function frames(body: PlanarBody, q: readonly number[]): Frame[] {
  const made: Frame[] = [];
  body.links.forEach(({ parent, x, z, hinge }, i) => {
    if (parent < 0) {
      const at = { x: q[0], z: q[1] };
      made.push({ ...at, angle: q[2], hinges: [{ dof: 2, sign: 1, ...at }] });
      return;
    }
    const from = made[parent];
    const [dx, dz] = turned(x, z, from.angle);
    const at = { x: from.x + dx, z: from.z + dz };
    const sign = hinge?.sign ?? 1;
    made.push({ ...at, angle: from.angle + sign * q[dofOf(i)], hinges: [...from.hinges, { dof: dofOf(i), sign, ...at }] });
  });
  return made;
}

/** Rows of ∂(x, z)/∂q of a point that moves with a frame. Turning about y by ω moves it by ω (z − z₀, −(x − x₀)). */
function pointJacobian(frame: Frame, [x, z]: Pair, size: number): [Row, Row] {
  const rows: [Row, Row] = [new Array(size).fill(0), new Array(size).fill(0)];
  rows[0][0] = 1;
  rows[1][1] = 1;
  for (const { dof, sign, x: x0, z: z0 } of frame.hinges) {
    rows[0][dof] = sign * (z - z0);
    rows[1][dof] = -sign * (x - x0);
  }
  return rows;
}

/** J̇ v of such a point: between two hinges of its chain the arm turns with the sum of the rates so far, Ω, and adds −Ω² arm. */
function turningAcceleration(frame: Frame, point: Pair, v: readonly number[]): Pair {
  let rate = 0;
  const sum: Pair = [0, 0];
  frame.hinges.forEach(({ dof, sign, x, z }, i) => {
    rate += sign * v[dof];
    const next = frame.hinges[i + 1];
    const [toX, toZ] = next === undefined ? point : [next.x, next.z];
    sum[0] -= rate * rate * (toX - x);
    sum[1] -= rate * rate * (toZ - z);
  });
  return sum;
}

const centerOf = (frame: Frame, center: Pair): Pair => {
  const [dx, dz] = turned(...center, frame.angle);
  return [frame.x + dx, frame.z + dz];
};

export const sizeOf = (body: PlanarBody) => body.links.length + 2;

export function massMatrix(body: PlanarBody, q: readonly number[]): Row[] {
  const n = sizeOf(body);
  const M = Array.from({ length: n }, (_, i) => {
    const row = new Array<number>(n).fill(0);
    row[i] = i < 3 ? 0 : (body.links[i - 2].hinge?.armature ?? 0);
    return row;
  });
  const masses = linkMasses(body);
  frames(body, q).forEach((frame, l) => {
    const { mass, moment, center } = masses[l];
    const [jx, jz] = pointJacobian(frame, centerOf(frame, center), n);
    const turn = new Array<number>(n).fill(0);
    for (const { dof, sign } of frame.hinges) turn[dof] = sign;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) M[i][j] += mass * (jx[i] * jx[j] + jz[i] * jz[j]) + moment * turn[i] * turn[j];
  });
  return M;
}

/** c(q, v), gravity included. */
export function biasForce(body: PlanarBody, q: readonly number[], v: readonly number[]): Row {
  const n = sizeOf(body);
  const masses = linkMasses(body);
  const c = new Array<number>(n).fill(0);
  frames(body, q).forEach((frame, l) => {
    const { mass, center } = masses[l];
    const at = centerOf(frame, center);
    const [jx, jz] = pointJacobian(frame, at, n);
    const [ax, az] = turningAcceleration(frame, at, v);
    for (let i = 0; i < n; i++) c[i] += mass * (jx[i] * ax + jz[i] * (az + body.gravity));
  });
  return c;
}

/** One row of the soft constraints: its Jacobian, position (negative: violated), and D = 1/R. */
export interface Constraint {
  readonly kind: 'limit' | 'contact';
  readonly jacobian: Row;
  readonly position: number;
  readonly D: number;
  readonly reference: number;
}

/** Impedance d(r) of a violation of depth r. */
function impedance({ least, most, width }: Softness, depth: number): number {
  const [low, high] = [least, most].map((d) => Math.min(0.9999, Math.max(0.0001, d)));
  const x = Math.min(1, Math.abs(depth) / width);
  return low + (x < 0.5 ? 2 * x * x : 1 - 2 * (1 - x) ** 2) * (high - low);
}

/** R = (1 − d)/d · A, A an estimate of the constraint's inverse inertia; a_ref = −b · (J v) − k d · position. */
function soften(body: PlanarBody, soft: Softness, position: number, speed: number, A: number) {
  const d = impedance(soft, position);
  const time = Math.max(soft.timeConstant, 2 * body.timeStep);
  const most = Math.min(0.9999, Math.max(0.0001, soft.most));
  const stiffness = 1 / (most * time * soft.dampingRatio) ** 2;
  const damping = 2 / (most * time);
  return { R: ((1 - d) / d) * A, reference: -damping * speed - stiffness * d * position };
}

const inverses = new WeakMap<PlanarBody, { dofs: Row; links: Row }>();

/** Inverse inertias at q = 0, hinges straight: of each degree of freedom, and of each link's centre, a third of the trace over x, y, z. */
export function inverseInertias(body: PlanarBody): { dofs: Row; links: Row } {
  if (isChanged(body)) return inverseInertias(body.usual);
  const known = inverses.get(body);
  if (known !== undefined) return known;
  const n = sizeOf(body);
  const straight = new Array<number>(n).fill(0);
  straight[1] = body.height;
  const M = massMatrix(body, straight);
  const masses = linkMasses(body);
  const unit = (i: number) => straight.map((_, j) => Number(i === j));
  const made = {
    dofs: straight.map((_, i) => solve(M, unit(i))[i]),
    links: frames(body, straight).map(
      (frame, l) => pointJacobian(frame, centerOf(frame, masses[l].center), n).reduce((sum, row) => sum + dot(row, solve(M, row)), 0) / 3,
    ),
  };
  inverses.set(body, made);
  return made;
}

export function constraints(body: PlanarBody, q: readonly number[], v: readonly number[]): Constraint[] {
  const n = sizeOf(body);
  const inverse = inverseInertias(body);
  const rows: Constraint[] = [];
  body.links.forEach(({ hinge }, l) => {
    if (hinge === null) return;
    const dof = dofOf(l);
    for (const [sign, position] of [
      [1, q[dof] - hinge.low],
      [-1, hinge.high - q[dof]],
    ]) {
      if (position >= 0) continue;
      const jacobian = new Array<number>(n).fill(0);
      jacobian[dof] = sign;
      const { R, reference } = soften(body, body.limit, position, sign * v[dof], inverse.dofs[dof]);
      rows.push({ kind: 'limit', jacobian, position, D: 1 / R, reference });
    }
  });
  frames(body, q).forEach((frame, l) => {
    for (const { x, z, pitch, half, radius, friction } of body.links[l].capsules)
      for (const end of [1, -1]) {
        const [ex, ez] = turned(x + end * half * Math.sin(pitch), z + end * half * Math.cos(pitch), frame.angle);
        const distance = frame.z + ez - radius;
        const position = distance - body.margin;
        if (position >= 0) continue;
        // In the middle between the lowest point and the ground.
        const [along, normal] = pointJacobian(frame, [frame.x + ex, frame.z + ez - radius - distance / 2], n);
        const mu = Math.max(friction, body.groundFriction); // MuJoCo takes the larger one of a pair
        const A = inverse.links[l] * (1 + mu * mu);
        // The pyramid has four edges, n ± μ x and n ± μ y; in the plane the last two are n.
        for (const slope of [mu, -mu, 0, 0]) {
          const jacobian = normal.map((j, i) => j + slope * along[i]);
          const { R, reference } = soften(body, body.contact, position, dot(jacobian, v), A);
          rows.push({ kind: 'contact', jacobian, position, D: 1 / (2 * mu * mu * R), reference });
        }
      }
  });
  return rows;
}

/** Also where it gives no torque. */
const hasMotor = (body: PlanarBody, l: number) => ((isChanged(body) ? body.usual : body).links[l].hinge?.gear ?? 0) > 0;

/** τ − c without constraints: motors, springs, dampers, gravity and turning. */
export function smoothForce(body: PlanarBody, q: readonly number[], v: readonly number[], action: readonly number[]): Row {
  const force = biasForce(body, q, v).map((c) => -c);
  let motor = 0;
  body.links.forEach(({ hinge }, l) => {
    if (hinge === null) return;
    const dof = dofOf(l);
    force[dof] -= hinge.stiffness * q[dof] + hinge.damping * v[dof];
    if (hasMotor(body, l)) force[dof] += hinge.gear * Math.min(1, Math.max(-1, action[motor++]));
  });
  return force;
}

/**
 * The acceleration that minimises ½ (a − a₀)ᵀM(a − a₀) + Σ ½ D min(0, J a − a_ref)², a₀ = M⁻¹(τ − c), by Newton steps with an exact search along each.
 * The function is convex and once differentiable; its second derivative jumps where a row becomes active.
 */
export function acceleration(body: PlanarBody, q: readonly number[], v: readonly number[], action: readonly number[]): Row {
  const M = massMatrix(body, q);
  const rows = constraints(body, q, v);
  const force = smoothForce(body, q, v, action);
  let a = solve(M, force);
  for (let step = 0; step < 100; step++) {
    const misses = rows.map(({ jacobian, reference }) => dot(jacobian, a) - reference);
    const active = rows.map((_, i) => misses[i] < 0);
    const gradient = M.map((row, i) => dot(row, a) - force[i]);
    const H = M.map((row) => [...row]);
    rows.forEach(({ jacobian, D }, k) => {
      if (!active[k]) return;
      jacobian.forEach((j, i) => {
        gradient[i] += D * misses[k] * j;
        jacobian.forEach((other, m) => {
          H[i][m] += D * j * other;
        });
      });
    });
    if (Math.hypot(...gradient) < 1e-10 * (1 + Math.hypot(...force))) break;
    const direction = solve(H, gradient).map((x) => -x);
    const length = lineSearch(M, rows, force, a, direction);
    a = a.map((x, i) => x + length * direction[i]);
  }
  return a;
}

/** Root of the derivative along a direction, which is piecewise linear and rises. */
function lineSearch(M: Row[], rows: readonly Constraint[], force: Row, a: Row, direction: Row): number {
  const Mp = M.map((row) => dot(row, direction));
  const start = dot(Mp, a) - dot(force, direction);
  const curve = dot(Mp, direction);
  const along = rows.map(({ jacobian, reference, D }) => ({ at: dot(jacobian, a) - reference, rate: dot(jacobian, direction), D }));
  const slope = (t: number) => start + curve * t + along.reduce((sum, { at, rate, D }) => sum + D * Math.min(0, at + rate * t) * rate, 0);
  let [low, high] = [0, 1];
  while (slope(high) < 0) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-16 * high; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** One time step by the body's integrator. */
export function advance(body: PlanarBody, q: number[], v: number[], action: readonly number[]): void {
  if (body.integrator === 'euler') advanceEuler(body, q, v, action);
  else advanceRungeKutta(body, q, v, action);
}

/** (v, a) at the start, twice in the middle and at the end, each from the one before; weighted 1 : 2 : 2 : 1. */
function advanceRungeKutta(body: PlanarBody, q: number[], v: number[], action: readonly number[]): void {
  const h = body.timeStep;
  const along = (from: readonly number[], share: number, change: readonly number[]) => from.map((x, i) => x + share * h * change[i]);
  const stages = [{ v: [...v], a: acceleration(body, q, v, action) }];
  for (const share of [0.5, 0.5, 1]) {
    const before = stages[stages.length - 1];
    const speed = along(v, share, before.a);
    stages.push({ v: speed, a: acceleration(body, along(q, share, before.v), speed, action) });
  }
  const mean = (rows: readonly (readonly number[])[]) => rows[0].map((x, i) => (x + 2 * rows[1][i] + 2 * rows[2][i] + rows[3][i]) / 6);
  const [speed, rate] = [mean(stages.map((s) => s.v)), mean(stages.map((s) => s.a))];
  for (let i = 0; i < q.length; i++) {
    q[i] += h * speed[i];
    v[i] += h * rate[i];
  }
}

/** v += h (M + h B)⁻¹ M a with the hinges' damping B, then q += h v. */
function advanceEuler(body: PlanarBody, q: number[], v: number[], action: readonly number[]): void {
  const h = body.timeStep;
  const M = massMatrix(body, q);
  const a = acceleration(body, q, v, action);
  const implicit = M.map((row, i) => row.map((x, j) => x + (i === j && i >= 3 ? h * (body.links[i - 2].hinge?.damping ?? 0) : 0)));
  const damped = solve(
    implicit,
    M.map((row) => dot(row, a)),
  );
  for (let i = 0; i < q.length; i++) {
    v[i] += h * damped[i];
    q[i] += h * v[i];
  }
}
