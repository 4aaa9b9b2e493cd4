/** MuJoCo's model of a planar body, so that others can run the same body: every number comes from the table that also makes our kernel's. */
import type { Capsule, Hinge, PlanarBody, Softness } from './planar-body.ts';

const softness = (prefix: string, { timeConstant, dampingRatio, least, most, width }: Softness) =>
  `solref${prefix}="${timeConstant} ${dampingRatio}" solimp${prefix}="${least} ${most} ${width}"`;

/** An MJCF document; its `qpos[1]` counts from the height of the start. */
export function mjcfOf(body: PlanarBody): string {
  const geom = ({ x, z, pitch, half, radius, friction }: Capsule) =>
    `<geom type="capsule" pos="${x} 0 ${z}" axisangle="0 1 0 ${pitch}" size="${radius} ${half}" friction="${friction} 0.1 0.1" condim="3" contype="1" conaffinity="0" margin="${body.margin}" ${softness('', body.contact)}/>`;
  const joint = (name: string, { sign, stiffness, damping, armature, low, high }: Hinge) =>
    `<joint name="${name}" type="hinge" axis="0 ${sign} 0" stiffness="${stiffness}" damping="${damping}" armature="${armature}" limited="true" range="${low} ${high}" ${softness('limit', body.limit)}/>`;
  const free = ['type="slide" axis="1 0 0"', 'type="slide" axis="0 0 1"', 'type="hinge" axis="0 1 0"']
    .map((kind) => `<joint ${kind} limited="false"/>`)
    .join('');
  const linkOf = (i: number): string => {
    const { name, x, z, hinge, capsules } = body.links[i];
    const children = body.links.map((_, k) => k).filter((k) => body.links[k].parent === i);
    const height = i === 0 ? z + body.height : z;
    return `<body name="${name}" pos="${x} 0 ${height}">${hinge === null ? free : joint(name, hinge)}${capsules.map(geom).join('')}${children.map(linkOf).join('')}</body>`;
  };
  const motors = body.links.filter(({ hinge }) => hinge !== null && hinge.gear > 0);
  return `<mujoco>
  <compiler angle="radian" inertiafromgeom="true"${body.totalMass === null ? '' : ` settotalmass="${body.totalMass}"`}/>
  <option timestep="${body.timeStep}" gravity="0 0 ${-body.gravity}" cone="pyramidal" integrator="${body.integrator === 'euler' ? 'Euler' : 'RK4'}" solver="Newton" iterations="100" tolerance="1e-12"/>
  <worldbody>
    <geom type="plane" size="40 40 40" condim="3" conaffinity="1" friction="${body.groundFriction} 0.1 0.1" ${softness('', body.contact)}/>
    ${linkOf(0)}
  </worldbody>
  <actuator>${motors.map(({ name, hinge }) => `<motor joint="${name}" gear="${hinge?.gear}" ctrllimited="true" ctrlrange="-1 1"/>`).join('')}</actuator>
</mujoco>`;
}
