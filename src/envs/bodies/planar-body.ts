/**
 * A planar articulated body as data: a tree of links in the plane x (forward), z (up), each turned by a hinge about y. The root is free: it slides along x and z
 * and turns about y. Lengths in m, angles in rad, masses by the density of water, scaled to `totalMass` if that is given.
 * Turning by θ takes (x, z) to (x cos θ + z sin θ, z cos θ − x sin θ), as about +y in MuJoCo.
 */

/** A capsule of a link, in the link's frame. Its axis at pitch φ points along (sin φ, cos φ). */
export interface Capsule {
  readonly x: number;
  readonly z: number;
  readonly pitch: number;
  /** Half the length between the centres of its ends. */
  readonly half: number;
  readonly radius: number;
  /** Coulomb's μ; of the capsule and the ground the larger one counts, as in MuJoCo. */
  readonly friction: number;
}

/** A joint between a link and its parent, with its spring, damper, limits and motor. */
export interface Hinge {
  /** +1: about +y; −1: about −y. */
  readonly sign: 1 | -1;
  /** N m/rad, about angle 0. */
  readonly stiffness: number;
  /** N m s/rad. */
  readonly damping: number;
  /** kg m². */
  readonly armature: number;
  readonly low: number;
  readonly high: number;
  /** N m at full action; 0: no motor. */
  readonly gear: number;
}

/** `parent` comes before its children. The frame of a link sits in its hinge, at (x, z) of the parent's frame. */
export interface Link {
  readonly name: string;
  readonly parent: number;
  readonly x: number;
  readonly z: number;
  readonly hinge: Hinge | null;
  readonly capsules: readonly Capsule[];
}

/** MuJoCo's soft constraint: time constant and damping ratio; impedance from `least` at the surface to `most` at depth `width`, midpoint ½, power 2. */
export interface Softness {
  readonly timeConstant: number;
  readonly dampingRatio: number;
  readonly least: number;
  readonly most: number;
  readonly width: number;
}

/** A body of links in a vertical plane, as its table says it (docs/envs/planar-bodies.md). */
export interface PlanarBody {
  readonly name: string;
  /** The first is the root. */
  readonly links: readonly Link[];
  /** Height of the root's frame at the start. */
  readonly height: number;
  /** kg; null: as the density says. */
  readonly totalMass: number | null;
  /** μ of the ground. */
  readonly groundFriction: number;
  readonly contact: Softness;
  /** m: ends nearer than this to the ground are in contact. */
  readonly margin: number;
  readonly limit: Softness;
  /** s. */
  readonly timeStep: number;
  /** `euler`: semi-implicit, the hinges' damping implicit; `runge-kutta`: of fourth order. */
  readonly integrator: 'euler' | 'runge-kutta';
  readonly gravity: number;
}
