// Linear algebra on matrices with the sparsity of a tree: entry [i][j] stands for j = i and further in, and is 0 between branches.
import { get, inward, minus, MOST, plus, put, splat, times } from './planar-table';

/**
 * Solves A y = b in place of b, A = LᵀDL (Featherstone): elimination from the outermost degree of freedom inwards fills no zero of the tree.
 * A[i][j] stands for j = i and further in; it is overwritten.
 */
export function solve(table: usize, A: usize, b: usize, n: i32): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * MOST;
    const pivot = f32x4.div(splat(1), get(A, row + i));
    for (let k = inward(table, i); k >= 0; k = inward(table, k)) {
      const share = times(get(A, row + k), pivot);
      for (let j = k; j >= 0; j = inward(table, j)) put(A, k * MOST + j, minus(get(A, k * MOST + j), times(share, get(A, row + j))));
      put(b, k, minus(get(b, k), times(share, get(b, i))));
      put(A, row + k, share);
    }
    put(A, row + i, pivot);
  }
  for (let i = 0; i < n; i++) {
    let y = times(get(b, i), get(A, i * MOST + i));
    for (let k = inward(table, i); k >= 0; k = inward(table, k)) y = minus(y, times(get(A, i * MOST + k), get(b, k)));
    put(b, i, y);
  }
}

/** y = A x of a matrix whose lower half stands. */
export function multiply(table: usize, A: usize, from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    let sum = times(get(A, i * MOST + i), get(from, i));
    for (let k = inward(table, i); k >= 0; k = inward(table, k)) {
      const m = get(A, i * MOST + k);
      sum = plus(sum, times(m, get(from, k)));
      put(to, k, plus(get(to, k), times(m, get(from, i)))); // begun before: k < i
    }
    put(to, i, sum);
  }
}
