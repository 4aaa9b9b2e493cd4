// What the recurrent sequences share: rows that a trial's start resets, and sums of tensors.
// keep [T, N] is 0 where a trial starts: the state that enters step t is keep[t] ∘ state[t−1], with state[−1] = 0.
import { bytesOf } from './dense';

/** to[n, ·] = keep[n] · from[n, ·], or 0 where `from` is 0. A kept row is copied, so a NaN in a dropped row ends there. */
export function maskRows(from: usize, keep: usize, to: usize, N: i32, H: i32): void {
  for (let n = 0; n < N; n++) {
    const row = bytesOf(n * H);
    if (from && load<f32>(keep + bytesOf(n)) != 0) {
      if (from != to) memory.copy(to + row, from + row, bytesOf(H));
    } else memory.fill(to + row, 0, bytesOf(H));
  }
}

/** `count` is a multiple of 4. */
export function addTo(to: usize, from: usize, count: i32): void {
  for (let i: usize = 0; i < bytesOf(count); i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
}
