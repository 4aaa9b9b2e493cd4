// Planar bodies that differ between environments: what the numbers of a task change in the body that is worn. Spec: src/envs/bodies/changes.ts.
//   a number of the body = nominal · e^(log · ω_w), or nominal · ω_w where log is 0
// What follows from changed numbers follows here too: masses summed outwards, and of each end the friction, the larger one of the end's and the ground's.
// The inverse inertias A that scale the soft constraints stay those of the nominal body, as in MuJoCo where a model is changed after it was compiled.
import { Batch } from '../batch';
import { exp4 } from '../math';
import {
  AT_Z, CHANGE, END, END_INVERSE, END_LINK, END_Z, ENDS, GROUND, LINKS, LOG, MASS, MOST, MU, NOMINAL, OUTWARD_MASS, PARENT, PLACE, RADIUS, TASK_NUMBER,
} from './numbers/planar-table';
import { all, endAt, linkAt, minus, number, plus, splat, tableSize, times } from './planar-table';
import { get, put } from './rows';

/** Changes the worn body to those of environments i … i + 3. The rows of the changes, `count` of them, follow the table. `frictions`: they are among them. */
export function change4(b: Batch, i: i32, table: usize, body: usize, count: i32, frictions: bool): void {
  let row = table + (<usize>tableSize(table) << 2);
  for (let k = 0; k < count; k++) {
    const w = <i32>load<f32>(row, 4 * TASK_NUMBER);
    const log = load<f32>(row, 4 * LOG);
    const drawn = v128.load(b.task + (<usize>(w * b.padded + i) << 2));
    const factor = log == 0 ? drawn : exp4(times(splat(log), drawn));
    put(body, <i32>load<f32>(row, 4 * PLACE), times(v128.load32_splat(row, 4 * NOMINAL), factor));
    row += 4 * CHANGE;
  }
  const L = <i32>number(body, LINKS);
  for (let l = 0; l < L; l++) put(linkAt(body, l), OUTWARD_MASS, all(linkAt(body, l), MASS));
  for (let l = L - 1; l > 0; l--) {
    const inner = linkAt(body, <i32>number(linkAt(body, l), PARENT));
    put(inner, OUTWARD_MASS, plus(all(inner, OUTWARD_MASS), all(linkAt(body, l), OUTWARD_MASS)));
  }
  if (!frictions) return;
  const ends = <i32>number(body, ENDS);
  const ground = all(body, GROUND);
  // 2 μ² A (1 + μ²): src/envs/bodies/table.ts
  let end = endAt(body, 0);
  let nominal = table + (<usize>tableSize(table) << 2) - (<usize>(ends * END) << 2);
  for (let k = 0; k < ends; k++) {
    const mu = f32x4.max(all(end, MU), ground);
    const was = load<f32>(nominal, 4 * MU);
    const A = load<f32>(nominal, 4 * END_INVERSE) / (2 * was * was * (1 + was * was));
    const square = times(mu, mu);
    put(end, MU, mu);
    put(end, END_INVERSE, times(splat(2 * A), times(square, plus(splat(1), square))));
    end += 16 * END;
    nominal += 4 * END;
  }
}

const hingeZ = memory.data(16 * MOST, 16);

/** z of the lowest point of the ends in the pose with all hinges at 0, from the root's frame, of the body that is worn. */
export function lowestEnd4(body: usize): v128 {
  const L = <i32>number(body, LINKS);
  put(hingeZ, 0, splat(0));
  for (let l = 1; l < L; l++) put(hingeZ, l, plus(get(hingeZ, <i32>number(linkAt(body, l), PARENT)), all(linkAt(body, l), AT_Z)));
  let lowest = splat(1e9);
  const ends = <i32>number(body, ENDS);
  for (let k = 0; k < ends; k++) {
    const end = endAt(body, k);
    lowest = f32x4.min(lowest, minus(plus(get(hingeZ, <i32>number(end, END_LINK)), all(end, END_Z)), all(end, RADIUS)));
  }
  return lowest;
}
