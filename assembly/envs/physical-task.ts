// Tasks that are numbers of a machine, such as a mass or a length: each uniform between two bounds, the last of them a gear whose sign may be drawn too.
// Spec: src/envs/physical-task.ts. Plain twin: test/reference/physical-task.ts.
//   ω_k = low_k + (high_k − low_k) u_k; where the wires may be crossed, the gear's u gives its sign (u < ½: −1) and 2u mod 1 its size
import { Batch, key, parameter, STREAM_TASK } from '../batch';
import { philox4, uniform4 } from '../philox';

/** At most four numbers. `low` and `high`: places of the bounds; `crossed`: of 1 where the sign of the last number is drawn. */
export function sampleNumbers4(b: Batch, i: i32, low: i32, high: i32, crossed: i32): void {
  const at = <usize>i << 2;
  const zero = i32x4.splat(0);
  philox4(b.seed, key(b, STREAM_TASK), v128.load(b.taskId + at), zero, zero, zero);
  for (let k = 0; k < b.taskSize; k++) {
    let u = uniform4(k);
    let sign = f32x4.splat(1);
    if (k == b.taskSize - 1 && parameter(b, crossed) != 0) {
      const minus = f32x4.lt(u, f32x4.splat(0.5));
      sign = v128.bitselect(f32x4.splat(-1), sign, minus);
      u = f32x4.sub(f32x4.add(u, u), v128.andnot(f32x4.splat(1), minus));
    }
    const from = b.number(low + k);
    const value = f32x4.mul(sign, f32x4.add(from, f32x4.mul(f32x4.sub(b.number(high + k), from), u)));
    v128.store(b.task + (<usize>(k * b.padded + i) << 2), value);
  }
}
