/** What assembly/kernels.ts exports: a type alias, which the exports of a module can be taken for. Addresses are byte offsets into the memory of tfjs. */
type Address = number;

export type KernelExports = {
  kernelsVersion(): number;
  /** θ, gradient, m, v, count, η, 1 − β₁ᵗ, 1 − β₂ᵗ, ε */
  adam(...addressesAndNumbers: number[]): void;
  blend(target: Address, net: Address, count: number, rate: number): void;
  copyBlocks(from: Address, to: Address, blocks: number, width: number, fromStride: number, toStride: number): void;
  fill(to: Address, value: number, count: number): void;
  fillFrom(from: Address, to: Address, count: number): void;
  /** From bytes (kind 0) or 32-bit integers (kind 1). */
  toFloats(kind: number, from: Address, to: Address, count: number): void;
  toIntegers(from: Address, to: Address, count: number): void;
  /** The first place of a number that is not finite, or −1. */
  firstNotFinite(at: Address, count: number): number;
  productWorkBytes(N: number, K: number): number;
  product(
    a: Address,
    aRow: number,
    aColumn: number,
    b: Address,
    bRow: number,
    bColumn: number,
    bias: Address,
    c: Address,
    M: number,
    N: number,
    K: number,
    work: Address,
  ): void;
  sumRows(b: Address, bStride: number, to: Address, K: number, N: number): void;
  spread(from: Address, to: Address, A: number, B: number, C: number): void;
  /** 0 tanh, 1 sigmoid, 2 exp, 3 softplus, 4 relu. */
  elementwise(kind: number, from: Address, to: Address, count: number): void;
  layerWorkBytes(M: number, I: number, O: number): number;
  /** x, w, b, f, y, work, M, I, O */
  layerForward(...addressesAndSizes: number[]): void;
  /** dy, x, w, y, f, dx or 0, dw, db, work, M, I, O */
  layerBackward(...addressesAndSizes: number[]): void;
  /** u or 0, V, q, dy, x, w, y, f, gy, gx or 0, gw, gz, work, M, I, O */
  layerBackwardBackward(...addressesAndSizes: number[]): void;
  /** dx or 0, dw, db, x, w, y, f, dy, work, M, I, O */
  layerTangent(...addressesAndSizes: number[]): void;
  gaussianLog(mean: Address, logStd: Address, actions: Address, logs: Address, M: number, A: number): void;
  /** d, mean, logStd, actions, gMean, gLogStd, M, A */
  gaussianLogBackward(...addressesAndSizes: number[]): void;
  /** u, v, d, mean, logStd, actions, gd, gMean, gLogStd, M, A */
  gaussianLogBackwardBackward(...addressesAndSizes: number[]): void;
  gruForwardWorkBytes(T: number, N: number, I: number, H: number): number;
  /** x, keep, wx, wh, b, c, h, entering, saved, work, T, N, I, H */
  gruForward(...addressesAndSizes: number[]): void;
  gruBackwardWorkBytes(T: number, N: number, I: number, H: number): number;
  /** dh, x, keep, wh, entering, saved, dwx, dwh, db, dc, dgx, work, T, N, I, H */
  gruBackward(...addressesAndSizes: number[]): void;
  lstmForwardWorkBytes(T: number, N: number, I: number, H: number): number;
  /** x, keep, wx, wh, b, h, entering, cells, saved, work, T, N, I, H */
  lstmForward(...addressesAndSizes: number[]): void;
  lstmBackwardWorkBytes(T: number, N: number, I: number, H: number): number;
  /** dh, x, keep, wh, entering, cells, saved, dwx, dwh, db, dpre, work, T, N, I, H */
  lstmBackward(...addressesAndSizes: number[]): void;
  minGruForwardWorkBytes(T: number, N: number, I: number, H: number): number;
  /** x, keep, wx, b, h, saved, work, T, N, I, H */
  minGruForward(...addressesAndSizes: number[]): void;
  minGruBackwardWorkBytes(T: number, N: number, I: number, H: number): number;
  /** dh, x, keep, h, saved, dwx, db, dgx, work, T, N, I, H */
  minGruBackward(...addressesAndSizes: number[]): void;
};
