/**
 * Planar bodies from the numbers of Gymnasium's model files. A file's frames sit in the bodies, ours in the hinges; a file's angles may be in degrees, and are
 * then rounded to six figures, as the specs write them.
 */
import type { Capsule, Hinge, Link, PlanarBody, Softness } from '../../src/envs/bodies/planar-body.ts';
import { sourcesOf } from './constants.ts';

type Numbers = readonly number[];

interface Geom {
  readonly pos?: Numbers;
  readonly size: number | Numbers;
  readonly axisangle?: Numbers;
  readonly quat?: Numbers;
  readonly fromto?: Numbers;
  readonly friction?: number | Numbers;
  readonly margin?: number;
  readonly solref?: Numbers;
  readonly solimp?: Numbers;
}

interface Joint {
  readonly type: string;
  readonly name: string;
  readonly axis: Numbers;
  readonly pos: Numbers;
  readonly range?: Numbers;
  readonly stiffness?: number;
  readonly damping?: number;
  readonly armature?: number;
  readonly solreflimit?: Numbers;
  readonly solimplimit?: Numbers;
}

interface Model {
  readonly compiler: { readonly angle: string; readonly settotalmass?: number };
  readonly option: { readonly timestep: number; readonly gravity?: Numbers; readonly integrator?: string };
  readonly default: { readonly joint: Partial<Joint>; readonly geom: Partial<Geom> };
  readonly floor: Partial<Geom>;
  readonly bodies: readonly {
    readonly name: string;
    readonly parent: string | null;
    readonly pos: Numbers;
    readonly joints: readonly Joint[];
    readonly geoms: readonly Geom[];
  }[];
  readonly motors: readonly { readonly joint: string; readonly gear: number }[];
}

interface Unsaid {
  readonly gravity: Numbers;
  readonly friction: Numbers;
  readonly margin: number;
  readonly solref: Numbers;
  readonly solimp: Numbers;
}

const first = (value: number | Numbers): number => (typeof value === 'number' ? value : value[0]);
const softness = ([timeConstant, dampingRatio]: Numbers, [least, most, width]: Numbers): Softness => ({
  timeConstant,
  dampingRatio,
  least,
  most,
  width,
});

/** Half the length, middle and pitch of a capsule in its body's frame. */
function axisOf({ pos = [0, 0, 0], size, axisangle, quat, fromto }: Geom): { x: number; z: number; half: number; pitch: number } {
  if (fromto !== undefined) {
    const [x1, , z1, x2, , z2] = fromto;
    return { x: (x1 + x2) / 2, z: (z1 + z2) / 2, half: Math.hypot(x2 - x1, z2 - z1) / 2, pitch: Math.atan2(x2 - x1, z2 - z1) };
  }
  // A quaternion about y is (cos θ/2, 0, sin θ/2, 0).
  const pitch = axisangle !== undefined ? axisangle[1] * axisangle[3] : quat !== undefined ? 2 * Math.atan2(quat[2], quat[0]) : 0;
  return { x: pos[0], z: pos[2], half: (size as Numbers)[1], pitch };
}

export function sourceBody(name: string): PlanarBody {
  const [file, mujoco] = sourcesOf(name).map(({ numbers }) => numbers);
  const { compiler, option, default: usual, floor, bodies, motors } = file as unknown as Model;
  const unsaid = mujoco as unknown as Unsaid;
  const radians = (angle: number) => (compiler.angle === 'radian' ? angle : Number(((angle * Math.PI) / 180).toPrecision(6)));
  const frictionOf = (geom: Partial<Geom>) => first(geom.friction ?? usual.geom.friction ?? unsaid.friction);
  const marginOf = (geom: Partial<Geom>) => geom.margin ?? usual.geom.margin ?? unsaid.margin;
  /** Where a body's hinge is in the body's frame. */
  const hingeAt = (i: number): Numbers => (bodies[i].parent === null ? [0, 0, 0] : bodies[i].joints[0].pos);
  const links = bodies.map(({ name, parent, pos, joints, geoms }, i): Link => {
    const from = bodies.findIndex((body) => body.name === parent);
    const at = hingeAt(i);
    const capsules = geoms.map((geom): Capsule => {
      const { x, z, half, pitch } = axisOf(geom);
      return { x: x - at[0], z: z - at[2], pitch, half, radius: first(geom.size), friction: frictionOf(geom) };
    });
    if (parent === null) return { name, parent: -1, x: 0, z: 0, hinge: null, capsules };
    const joint = { stiffness: 0, ...usual.joint, ...joints[0] } as Required<Joint>;
    const hinge: Hinge = {
      sign: joint.axis[1] > 0 ? 1 : -1,
      stiffness: joint.stiffness,
      damping: joint.damping,
      armature: joint.armature,
      low: radians(joint.range[0]),
      high: radians(joint.range[1]),
      gear: motors.find((motor) => motor.joint === joint.name)?.gear ?? 0,
    };
    const [fromX, , fromZ] = hingeAt(from);
    return { name, parent: from, x: pos[0] + at[0] - fromX, z: pos[2] + at[2] - fromZ, hinge, capsules };
  });
  const { joint, geom } = usual;
  return {
    name,
    links,
    height: bodies[0].pos[2],
    totalMass: compiler.settotalmass ?? null,
    groundFriction: frictionOf(floor),
    contact: softness(geom.solref ?? unsaid.solref, geom.solimp ?? unsaid.solimp),
    margin: marginOf({}) + marginOf(floor),
    limit: softness(joint.solreflimit ?? unsaid.solref, joint.solimplimit ?? unsaid.solimp),
    timeStep: option.timestep,
    integrator: option.integrator === 'RK4' ? 'runge-kutta' : 'euler',
    gravity: -(option.gravity ?? unsaid.gravity)[2],
  };
}
