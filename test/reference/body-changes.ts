/** What a task changes of a planar body, in plain f64. Twin of src/envs/bodies/changes.ts and assembly/envs/planar-changes.ts, written from the laws of their sources. */
import { placedCapsules } from '../../src/envs/bodies/body-pose.ts';
import type { PlanarBody } from '../../src/envs/bodies/planar-body.ts';
import { constantsOf } from './constants.ts';
import { type ChangedBody, linkMasses } from './planar-body.ts';

type Part = 'mass' | 'inertia' | 'damping' | 'friction' | 'gear' | 'length';

/** One number of a task: which part of which link (−1: the ground) it changes, and the factor. */
export interface Change {
  readonly part: Part;
  readonly link: number;
  factor(number: number): number;
}

/** The changes of a preset, and the numbers of a task from the draws 1, 2, … of four uniforms each. */
export interface Changes {
  readonly of: readonly Change[];
  draw(uniforms: (draw: number) => readonly number[]): number[];
}

const law = constantsOf('body-changes');

export function changesOf(body: PlanarBody, preset: string): Changes {
  const links = body.links.map((_, l) => l);
  const each = (part: Part, of: readonly number[], factor: (number: number) => number) =>
    of.map((link): Change => ({ part, link, factor }));
  if (preset === 'random-parameters') {
    const by = (base: number) => (exponent: number) => base ** exponent;
    const of = [
      ...each('mass', links, by(law.massBase)),
      ...each('inertia', links, by(law.inertiaBase)),
      ...each('damping', links.slice(1), by(law.dampingBase)),
      ...each('friction', [-1, ...links], by(law.frictionBase)),
    ];
    return { of, draw: (uniforms) => of.map((_, k) => law.logScaleLimit * (2 * uniforms(1 + Math.floor(k / 4))[k % 4] - 1)) };
  }
  if (preset === 'random-lengths') {
    const of = [
      ...each('length', links, (exponent) => law.lengthBase ** exponent),
      ...each('gear', links.slice(1), (exponent) => law.gearBase ** exponent),
    ];
    return { of, draw: (uniforms) => of.map((_, k) => 2 * uniforms(1 + Math.floor(k / 4))[k % 4] - 1) };
  }
  if (preset === 'crippled') {
    const of = each('gear', links.slice(1), (number) => number);
    // randint(1, number of motors)
    return {
      of,
      draw(uniforms) {
        const lost = law.firstCrippled + Math.floor((of.length - law.firstCrippled) * uniforms(1)[0]);
        return of.map((_, k) => (k === lost ? 0 : 1));
      },
    };
  }
  return { of: [], draw: () => [] };
}

/** The body that a task's numbers make. Inverse inertias stay those of the model as it was compiled. */
export function changedBody(body: PlanarBody, changes: readonly Change[], numbers: readonly number[]): PlanarBody {
  if (changes.length === 0) return body;
  const factorOf = (part: Part, link: number) =>
    changes.reduce(
      (product, change, k) => (change.part === part && change.link === link ? product * change.factor(numbers[k]) : product),
      1,
    );
  const changed: ChangedBody = {
    ...body,
    usual: body,
    masses: linkMasses(body).map(({ mass, moment, center }, l) => ({
      mass: mass * factorOf('mass', l),
      moment: moment * factorOf('inertia', l),
      center: [center[0] * factorOf('length', l), center[1] * factorOf('length', l)],
    })),
    groundFriction: body.groundFriction * factorOf('friction', -1),
    links: body.links.map((link, l) => ({
      ...link,
      x: link.x * factorOf('length', link.parent),
      z: link.z * factorOf('length', link.parent),
      hinge: link.hinge && {
        ...link.hinge,
        damping: link.hinge.damping * factorOf('damping', l),
        gear: link.hinge.gear * factorOf('gear', l),
      },
      capsules: link.capsules.map((capsule) => ({
        ...capsule,
        x: capsule.x * factorOf('length', l),
        z: capsule.z * factorOf('length', l),
        half: capsule.half * factorOf('length', l),
        friction: capsule.friction * factorOf('friction', l),
      })),
    })),
  };
  return { ...changed, height: body.height + straightLow(body) - straightLow(changed) };
}

/** Of the lowest end, hinges at 0, from the root's frame. */
function straightLow(body: PlanarBody): number {
  const straight = new Array<number>(body.links.length + 2).fill(0);
  return Math.min(...placedCapsules(body, straight).map(({ z1, z2, radius }) => Math.min(z1, z2) - radius));
}
