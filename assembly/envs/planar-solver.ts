// Linear algebra on matrices with the sparsity of a tree: entry [i][j] stands for j = i and further in, and is 0 between branches.
import { MOST } from './numbers/planar-table';
import { minus, onPath, pathLength, plus, rowOf, splat, times } from './planar-table';
import { get, put } from './rows';

/**
 * Solves A y = b in place of b, A = LᵀDL (Featherstone): elimination from the outermost degree of freedom inwards fills no zero of the tree.
 * A is overwritten.
 */
export function solve(A: usize, b: usize, n: i32): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = A + (<usize>(i * MOST) << 4);
    const length = pathLength(i);
    const pivot = f32x4.div(splat(1), get(row, i));
    const right = get(b, i);
    for (let m = 1; m < length; m++) {
      const k = onPath(i, m);
      const share = times(v128.load(row + k), pivot);
      const inner = rowOf(A, k);
      for (let s = m; s < length; s++) {
        const j = onPath(i, s);
        v128.store(inner + j, minus(v128.load(inner + j), times(share, v128.load(row + j))));
      }
      v128.store(b + k, minus(v128.load(b + k), times(share, right)));
      v128.store(row + k, share);
    }
    put(row, i, pivot);
  }
  for (let i = 0; i < n; i++) {
    const row = A + (<usize>(i * MOST) << 4);
    const length = pathLength(i);
    let y = times(get(b, i), get(row, i));
    for (let m = 1; m < length; m++) {
      const k = onPath(i, m);
      y = minus(y, times(v128.load(row + k), v128.load(b + k)));
    }
    put(b, i, y);
  }
}

/** y = A x of a matrix whose lower half stands. */
export function multiply(A: usize, from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const row = A + (<usize>(i * MOST) << 4);
    const length = pathLength(i);
    const own = get(from, i);
    let sum = times(get(row, i), own);
    for (let m = 1; m < length; m++) {
      const k = onPath(i, m);
      const a = v128.load(row + k);
      sum = plus(sum, times(a, v128.load(from + k)));
      v128.store(to + k, plus(v128.load(to + k), times(a, own))); // begun before: k is further in
    }
    put(to, i, sum);
  }
}
