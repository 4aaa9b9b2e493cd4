// The random numbers of an environment's start.
import { Batch, key, STREAM_START } from '../batch';
import { philox4 } from '../philox';

/** Draws environment i's: then `uniform4` and `plusMinus4` have four of them, the same in every lane. */
export function drawStart(b: Batch, i: i32): void {
  const at = <usize>i << 2;
  const zero = i32x4.splat(0);
  philox4(b.seed, key(b, STREAM_START), i32x4.splat(load<u32>(b.taskId + at)), i32x4.splat(load<u32>(b.episode + at)), zero, zero);
}
