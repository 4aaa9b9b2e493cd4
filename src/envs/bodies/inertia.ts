/**
 * Masses of a planar body's links, and the inverse inertias that scale MuJoCo's soft constraints. Only +, −, ×, ÷ and √, so that every engine makes the same
 * numbers of a table.
 */
import type { Capsule, PlanarBody } from './planar-body.ts';

/** kg/m³. */
const density = 1000;

interface LinkInertia {
  readonly mass: number;
  /** About the centre of mass, kg m². */
  readonly moment: number;
  /** Centre of mass in the link's frame. */
  readonly x: number;
  readonly z: number;
}

/** A cylinder of length 2h and two half balls. */
function capsuleInertia({ half: h, radius: r }: Capsule): { mass: number; moment: number } {
  const cylinder = density * Math.PI * r * r * 2 * h;
  const balls = (density * 4 * Math.PI * r * r * r) / 3;
  return { mass: cylinder + balls, moment: cylinder * ((r * r) / 4 + (h * h) / 3) + balls * (0.4 * r * r + h * h + 0.75 * h * r) };
}

export function linkInertias(body: PlanarBody): LinkInertia[] {
  const links = body.links.map(({ capsules }) => {
    const parts = capsules.map((capsule) => ({ ...capsuleInertia(capsule), x: capsule.x, z: capsule.z }));
    const mass = sum(parts.map((part) => part.mass));
    const x = sum(parts.map((part) => part.mass * part.x)) / mass;
    const z = sum(parts.map((part) => part.mass * part.z)) / mass;
    const moment = sum(parts.map((part) => part.moment + part.mass * ((part.x - x) * (part.x - x) + (part.z - z) * (part.z - z))));
    return { mass, moment, x, z };
  });
  const scale = body.totalMass === null ? 1 : body.totalMass / sum(links.map(({ mass }) => mass));
  return links.map((link) => ({ ...link, mass: scale * link.mass, moment: scale * link.moment }));
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/**
 * In the pose with all hinges at 0: for each degree of freedom (M⁻¹)ᵢᵢ; for each link a third of the trace of J M⁻¹ Jᵀ, with J the Jacobian of its centre of
 * mass (the third axis, across the plane, adds nothing).
 */
export function inverseInertias(body: PlanarBody): { readonly dofs: number[]; readonly links: number[] } {
  const n = body.links.length + 2;
  const inertias = linkInertias(body);
  const places = straightPlaces(body);
  const M = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j && i >= 3 ? (body.links[i - 2].hinge?.armature ?? 0) : 0)),
  );
  const rows = body.links.map((_, l) => {
    const { mass, moment, x, z } = inertias[l];
    const [cx, cz] = [places[l].x + x, places[l].z + z];
    const jx = new Array<number>(n).fill(0);
    const jz = new Array<number>(n).fill(0);
    const turn = new Array<number>(n).fill(0);
    jx[0] = 1;
    jz[1] = 1;
    for (let k = l; k >= 0; k = body.links[k].parent) {
      const sign = body.links[k].hinge?.sign ?? 1;
      jx[k + 2] = sign * (cz - places[k].z);
      jz[k + 2] = sign * (places[k].x - cx);
      turn[k + 2] = sign;
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) M[i][j] += mass * (jx[i] * jx[j] + jz[i] * jz[j]) + moment * turn[i] * turn[j];
    return [jx, jz];
  });
  const quadratic = (row: readonly number[]) => {
    const y = solve(M, row);
    return sum(row.map((value, i) => value * y[i]));
  };
  return {
    dofs: M.map((_, i) => quadratic(M.map((_, j) => (i === j ? 1 : 0)))),
    links: rows.map(([jx, jz]) => (quadratic(jx) + quadratic(jz)) / 3),
  };
}

function straightPlaces(body: PlanarBody): { x: number; z: number }[] {
  const places: { x: number; z: number }[] = [];
  for (const { parent, x, z } of body.links)
    places.push(parent < 0 ? { x: 0, z: 0 } : { x: places[parent].x + x, z: places[parent].z + z });
  return places;
}

/** Gauss's elimination of a positive definite matrix. */
function solve(A: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = A.map((row, i) => [...row, b[i]]);
  const n = b.length;
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i < n; i++) {
      const share = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= share * rows[k][j];
    }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = rows[i][n];
    for (let j = i + 1; j < n; j++) rest -= rows[i][j] * x[j];
    x[i] = rest / rows[i][i];
  }
  return x;
}
