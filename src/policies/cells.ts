/**
 * Memory cells as data, a row each: their weights and which gates keep the memory. A cell reads I numbers a step and keeps H units. What it computes stands in
 * assembly/nn/<cell>.ts for policies that act, and in src/tf/recurrent.ts for learning; the order of the rows is that of assembly/nn/cells.ts.
 */
import { WasmetaError } from '../core/errors.ts';

interface Cell {
  /** Tensors in the order of the flat vector, `b` the biases of its gates. */
  weights(I: number, H: number): (readonly [name: string, shape: readonly number[]])[];
  /** For each gate of `b`: 1, it keeps the memory; −1, it lets in less of what is new to make up for that; 0, neither. */
  readonly keeping: readonly number[];
}

const rows = {
  gru: {
    weights: (I, H) => [
      ['wx', [I, 3 * H]],
      ['wh', [H, 3 * H]],
      ['b', [3 * H]],
      ['c', [H]],
    ],
    keeping: [0, 1, 0],
  },
  lstm: {
    weights: (I, H) => [
      ['wx', [I, 4 * H]],
      ['wh', [H, 4 * H]],
      ['b', [4 * H]],
    ],
    keeping: [-1, 1, 0, 0],
  },
  mingru: {
    weights: (I, H) => [
      ['wx', [I, 2 * H]],
      ['b', [2 * H]],
    ],
    keeping: [1, 0],
  },
} as const satisfies Record<string, Cell>;

export type CellKind = keyof typeof rows;
export const cells: Readonly<Record<CellKind, Cell>> = rows;
export const cellKinds = Object.keys(rows) as readonly CellKind[];

const isCell = (kind: string): kind is CellKind => Object.hasOwn(rows, kind);

export function hasMemory<P extends { readonly kind: string }>(policy: P): policy is P & { readonly kind: CellKind } {
  return isCell(policy.kind);
}

/** Throws `E_UNSUPPORTED` for a policy without a memory; `what` asks for one. */
export function remembering<P extends { readonly kind: string }>(what: string, policy: P): P & { readonly kind: CellKind } {
  if (hasMemory(policy)) return policy;
  throw new WasmetaError('E_UNSUPPORTED', `"${what}" expected a policy with a memory (${cellKinds.join(', ')}), got ${policy.kind}`, {
    policy: policy.kind,
  });
}

/** The weights of `depth` cells: gru/wx …, then gru2/wx …. Each but the first reads the state of the one below and the inputs. */
export function cellWeights(kind: CellKind, depth: number, I: number, H: number): [name: string, shape: readonly number[]][] {
  return Array.from({ length: depth }, (_, i) =>
    cells[kind]
      .weights(i === 0 ? I : H + I, H)
      .map(([name, shape]): [string, readonly number[]] => [`${cellName(kind, i)}/${name}`, shape]),
  ).flat();
}

const cellName = (kind: CellKind, i: number) => (i === 0 ? kind : `${kind}${i + 1}`);

/** `keeping` of the gates whose biases a tensor of this name holds; none for any other tensor. */
export function keepingOf(tensor: string): readonly number[] {
  const kind = tensor.match(/^([a-z]+)\d*\/b$/)?.[1] ?? '';
  return isCell(kind) ? cells[kind].keeping : [];
}
