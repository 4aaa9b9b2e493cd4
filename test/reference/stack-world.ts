/**
 * The physics of Stack-v0 in plain f64 TypeScript, one world, written from docs/envs/stack-physics.md: rectangles as lists of corners, contacts by their faces, rows
 * of the constraints as whole vectors over all speeds. Twin of assembly/envs/stack-motion.ts, stack-contacts.ts and stack-sweeps.ts.
 */
import { constantsOf } from './constants.ts';

type Pair = [x: number, z: number];
function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
const minus = (a: Pair, b: Pair): Pair => [a[0] - b[0], a[1] - b[1]];
const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));

export const law = constantsOf('stack');
export const half = law.boxSide / 2;

export interface Box {
  x: number;
  z: number;
  angle: number;
  vx: number;
  vz: number;
  rate: number;
}

/** Middle of the fingers, height of their tips, and half the way between them; with speeds. */
export interface Gripper {
  x: number;
  z: number;
  opening: number;
  vx: number;
  vz: number;
  rate: number;
}

interface Rectangle {
  readonly centre: Pair;
  /** From the centre to a corner. */
  readonly radius: number;
  readonly corners: readonly Pair[];
}

/** Corners against the clock, from the lower right one. */
function rectangle(centre: Pair, halfX: number, halfZ: number, angle = 0): Rectangle {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const corner = (x: number, z: number): Pair => [centre[0] + c * x - s * z, centre[1] + s * x + c * z];
  return {
    centre,
    radius: Math.hypot(halfX, halfZ),
    corners: [corner(halfX, -halfZ), corner(halfX, halfZ), corner(-halfX, halfZ), corner(-halfX, -halfZ)],
  };
}

interface Face {
  readonly from: Pair;
  readonly to: Pair;
  readonly normal: Pair;
}

/** Right, upper, left, lower. */
function facesOf({ corners }: Rectangle): Face[] {
  return corners.map((from, i) => {
    const to = corners[(i + 1) % 4];
    const [x, z] = minus(to, from);
    const length = Math.hypot(x, z);
    return { from, to, normal: [z / length, -x / length] };
  });
}

interface Point {
  readonly place: Pair;
  readonly gap: number;
}

/** Where two bodies may touch: n from the first to the second, and two points in the order of (n_z, −n_x). */
interface Manifold {
  readonly normal: Pair;
  readonly points: readonly Point[];
}

/** The face of a rectangle that another is farthest in front of. */
function farthest(of: Rectangle, from: Rectangle) {
  const all = facesOf(of).map((face) => ({
    face,
    apart: Math.min(...from.corners.map((corner) => dot(face.normal, minus(corner, face.from)))),
  }));
  return all.sort((a, b) => b.apart - a.apart);
}

function manifold(a: Rectangle, b: Rectangle): Manifold | null {
  if (Math.hypot(...minus(a.centre, b.centre)) > a.radius + b.radius + law.margin) return null;
  const [ofA, ofB] = [farthest(a, b), farthest(b, a)];
  const first = ofA[0].apart >= ofB[0].apart;
  const [reference, incident, { face, apart }] = first ? [a, b, ofA[0]] : [b, a, ofB[0]];
  if (apart > law.margin) return null;
  const along: Pair = [face.normal[1], -face.normal[0]];
  const facing = facesOf(incident)
    .map((other) => ({ ...other, facing: dot(other.normal, face.normal) }))
    .sort((p, q) => p.facing - q.facing);
  const edge = facing[0];
  const [t0, t1] = [face.from, face.to].map((p) => dot(along, minus(p, reference.centre))).sort((p, q) => p - q);
  const ends = [edge.from, edge.to]
    .map((p) => ({ t: dot(along, minus(p, reference.centre)), n: dot(face.normal, minus(p, face.from)) }))
    .sort((p, q) => p.t - q.t);
  const overlap = Math.min(t1 - ends[0].t, ends[1].t - t0);
  if (overlap <= 0) return null;
  const slope = (ends[1].n - ends[0].n) / (ends[1].t - ends[0].t);
  const points = ends.map(({ t }): Point => {
    const at = clip(t, t0, t1);
    const gap = ends[0].n + slope * (at - ends[0].t);
    const height = gap / 2 + dot(face.normal, minus(face.from, reference.centre)); // midway between both surfaces
    return {
      place: [reference.centre[0] + at * along[0] + height * face.normal[0], reference.centre[1] + at * along[1] + height * face.normal[1]],
      gap,
    };
  });
  return first ? { normal: face.normal, points } : { normal: [-face.normal[0], -face.normal[1]], points: points.reverse() };
}

/** One inequality of the speeds, with the impulse that keeps it. */
interface Row {
  readonly jacobian: number[];
  /** The speed along the row is at least this, and so is the shift that takes back an overlap. */
  readonly least: number;
  readonly apart: number;
  /** m of the row: 1 / (J M⁻¹ Jᵀ). */
  readonly mass: number;
  impulse: number;
}

interface Contact {
  readonly pair: number;
  readonly normal: Pair;
  readonly friction: number;
  readonly rows: { normal: Row; tangent: Row }[];
}

/** Parts of the gripper: how their speed along x goes with the rate of the opening. */
const parts = [-1, 1, 0] as const;

export class StackWorld {
  boxes: Box[];
  gripper: Gripper;
  gravity: Pair = [0, -law.gravity];
  #inverse: number[];
  /** Of each pair that touched: normal and friction of the first point, then of the second. */
  #before: (readonly number[])[] = [];

  constructor(boxes: Box[], gripper: Gripper) {
    this.boxes = boxes;
    this.gripper = gripper;
    const inertia = (law.boxMass * law.boxSide ** 2) / 6;
    this.#inverse = [
      1 / (law.carriageMass + law.substep * law.drag),
      1 / (law.carriageMass + law.substep * law.drag),
      1 / (2 * (law.fingerMass + law.substep * law.gripDrag)),
      ...boxes.flatMap(() => [1 / law.boxMass, 1 / law.boxMass, 1 / inertia]),
    ];
  }

  /** From the state of the spec: the gripper, the boxes, then the impulses of the last time step. */
  static of(state: readonly number[], n: number): StackWorld {
    const [x, z, opening, vx, vz, rate] = state;
    const boxes = Array.from({ length: n }, (_, k): Box => {
      const [bx, bz, angle, bvx, bvz, spin] = state.slice(6 + 6 * k);
      return { x: bx, z: bz, angle, vx: bvx, vz: bvz, rate: spin };
    });
    const world = new StackWorld(boxes, { x, z, opening, vx, vz, rate });
    const impulses = state.slice(6 + 6 * n);
    world.#before = Array.from({ length: impulses.length / 4 }, (_, pair) => impulses.slice(4 * pair, 4 * pair + 4));
    return world;
  }

  /** A world like this one, with every place moved by ± `way` and every corner by about as much. */
  moved(way: number): StackWorld {
    let sign = 1;
    const off = () => {
      sign = -sign;
      return sign * way;
    };
    const boxes = this.boxes.map((b) => ({ ...b, x: b.x + off(), z: b.z + off(), angle: b.angle + off() / half }));
    const { x, z, opening } = this.gripper;
    const other = new StackWorld(boxes, { ...this.gripper, x: x + off(), z: z + off(), opening: opening + off() });
    other.gravity = this.gravity;
    other.#before = this.#before;
    return other;
  }

  /** Applies an action in [−1, 1]³ for one control step. */
  step([fx, fz, grip]: readonly number[]): void {
    for (let k = 0; k < law.substeps; k++) this.#substep([fx, fz, grip]);
  }

  #substep([fx, fz, grip]: readonly number[]): void {
    const h = law.substep;
    const { gripper: g, boxes } = this;
    const driven = (v: number, force: number, drag: number, mass: number) => (v + (h * force) / mass) / (1 + (h * drag) / mass);
    const v = [
      driven(g.vx, law.force * fx, law.drag, law.carriageMass),
      driven(g.vz, law.force * fz, law.drag, law.carriageMass),
      driven(g.rate, -law.gripForce * grip, law.gripDrag, law.fingerMass),
      ...boxes.flatMap((b) => [b.vx + h * this.gravity[0], b.vz + h * this.gravity[1], b.rate]),
    ];
    const contacts = this.#contacts();
    const push = ({ jacobian }: Row, impulse: number) => {
      for (let i = 0; i < v.length; i++) v[i] += this.#inverse[i] * jacobian[i] * impulse;
    };
    for (const { rows } of contacts)
      for (const { normal, tangent } of rows) {
        push(normal, normal.impulse);
        push(tangent, tangent.impulse);
      }
    // Each stop of the gripper: the speed that the stop's impulse leaves is the nearest one that keeps it within.
    const stops = [
      [g.x, -law.reachX, law.reachX],
      [g.z, law.tipLow, law.tipHigh],
      [g.opening, law.openingLow, law.openingHigh],
    ].map(([q, low, high]) => ({ low: (low - q) / h, high: (high - q) / h, added: 0 }));
    for (let sweep = 0; sweep < law.sweeps; sweep++) {
      stops.forEach((stop, i) => {
        const free = v[i] - stop.added;
        v[i] = clip(free, stop.low, stop.high);
        stop.added = v[i] - free;
      });
      for (const { rows, friction } of contacts) {
        for (const { normal } of rows) {
          const next = Math.max(0, normal.impulse + normal.mass * (normal.least - dot(normal.jacobian, v)));
          push(normal, next - normal.impulse);
          normal.impulse = next;
        }
        for (const { normal, tangent } of rows) {
          const most = friction * normal.impulse;
          const next = clip(tangent.impulse - tangent.mass * dot(tangent.jacobian, v), -most, most);
          push(tangent, next - tangent.impulse);
          tangent.impulse = next;
        }
      }
    }
    // Overlaps are taken back by speeds of this time step alone.
    const shift = v.map(() => 0);
    if (contacts.some(({ rows }) => rows.some(({ normal }) => normal.apart > 0)))
      for (const { rows } of contacts)
        for (const { normal } of rows) {
          const impulse = Math.max(0, normal.mass * (normal.apart - dot(normal.jacobian, shift)));
          normal.jacobian.forEach((j, i) => {
            shift[i] += this.#inverse[i] * j * impulse;
          });
        }
    const w = v.map((speed, i) => speed + shift[i]);
    this.gripper = {
      x: clip(g.x + h * w[0], -law.reachX, law.reachX),
      z: clip(g.z + h * w[1], law.tipLow, law.tipHigh),
      opening: clip(g.opening + h * w[2], law.openingLow, law.openingHigh),
      vx: v[0],
      vz: v[1],
      rate: v[2],
    };
    this.boxes = boxes.map((b, k) => {
      const [vx, vz, rate] = v.slice(3 + 3 * k);
      const moved = w.slice(3 + 3 * k);
      const turned = b.angle + h * moved[2];
      const quarters = Math.round(turned / (Math.PI / 2));
      return { x: b.x + h * moved[0], z: b.z + h * moved[1], angle: turned - (quarters * Math.PI) / 2, vx, vz, rate };
    });
    this.#before = [];
    for (const { pair, rows } of contacts) this.#before[pair] = rows.flatMap(({ normal, tangent }) => [normal.impulse, tangent.impulse]);
  }

  #contacts(): Contact[] {
    const { gripper: g, boxes } = this;
    const shapes = boxes.map(({ x, z, angle }) => rectangle([x, z], half, half, angle));
    const [thin, long] = [law.fingerThickness / 2, law.fingerLength / 2];
    const palmHalf = law.openingHigh + law.fingerThickness;
    const gripperShapes = [
      rectangle([g.x - g.opening - thin, g.z + long], thin, long),
      rectangle([g.x + g.opening + thin, g.z + long], thin, long),
      rectangle([g.x, g.z + law.fingerLength + law.palmHeight / 2], palmHalf, law.palmHeight / 2),
    ];
    const found: Contact[] = [];
    let pair = 0;
    const size = 3 + 3 * boxes.length;
    type Moves = (jacobian: number[], sign: number, direction: Pair, place: Pair) => void;
    const boxMoves =
      (k: number): Moves =>
      (jacobian, sign, direction, place) => {
        const [x, z] = minus(place, shapes[k].centre);
        jacobian[3 + 3 * k] = sign * direction[0];
        jacobian[4 + 3 * k] = sign * direction[1];
        jacobian[5 + 3 * k] = sign * (x * direction[1] - z * direction[0]);
      };
    const partMoves =
      (part: number): Moves =>
      (jacobian, sign, direction) => {
        jacobian[0] = sign * direction[0];
        jacobian[1] = sign * direction[1];
        jacobian[2] = sign * direction[0] * parts[part];
      };
    const add = (touch: Manifold | null, first: Moves, second: Moves, friction: number) => {
      const id = pair++;
      if (touch === null) return;
      const { normal, points } = touch;
      const old = this.#before[id] ?? [0, 0, 0, 0];
      const rows = points.map(({ place, gap }, i) => {
        const row = (direction: Pair, least: number, apart: number, impulse: number): Row => {
          const jacobian = new Array<number>(size).fill(0);
          first(jacobian, -1, direction, place);
          second(jacobian, 1, direction, place);
          return {
            jacobian,
            least,
            apart,
            mass:
              1 /
              dot(
                jacobian,
                jacobian.map((j, k) => j * this.#inverse[k]),
              ),
            impulse,
          };
        };
        const least = -Math.max(0, gap) / law.substep;
        const back = Math.min((law.correction * Math.max(0, -gap - law.slop)) / law.substep, law.mostCorrection);
        return {
          normal: row(normal, least, least + back, old[2 * i]),
          tangent: row([normal[1], -normal[0]], 0, 0, old[2 * i + 1]),
        };
      });
      found.push({ pair: id, normal, friction, rows });
    };
    for (const k of boxes.keys())
      for (const part of parts.keys()) add(manifold(gripperShapes[part], shapes[k]), partMoves(part), boxMoves(k), law.fingerFriction);
    for (const [k] of boxes.entries())
      for (let other = k + 1; other < boxes.length; other++)
        add(manifold(shapes[k], shapes[other]), boxMoves(k), boxMoves(other), law.friction);
    for (const [k, { corners }] of shapes.entries()) {
      const points = [corners[3], corners[0]].map((place) => ({ place, gap: place[1] }));
      add({ normal: [0, 1], points }, () => {}, boxMoves(k), law.friction);
    }
    return found;
  }
}
