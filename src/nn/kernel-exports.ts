/** What assembly/kernels.ts exports. Addresses are byte offsets into the memory of tfjs. */
type Address = number;

export interface KernelExports {
  kernelsVersion(): number;
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
  /** 0 tanh, 1 sigmoid, 2 exp. */
  elementwise(kind: number, from: Address, to: Address, count: number): void;
  gruForwardWorkBytes(T: number, N: number, I: number, H: number): number;
  gruForward(
    x: Address,
    keep: Address,
    wx: Address,
    wh: Address,
    b: Address,
    c: Address,
    h: Address,
    entering: Address,
    saved: Address,
    work: Address,
    T: number,
    N: number,
    I: number,
    H: number,
  ): void;
  gruBackwardWorkBytes(T: number, N: number, I: number, H: number): number;
  gruBackward(
    dout: Address,
    x: Address,
    keep: Address,
    wx: Address,
    wh: Address,
    entering: Address,
    saved: Address,
    dwx: Address,
    dwh: Address,
    db: Address,
    dc: Address,
    dx: Address,
    work: Address,
    T: number,
    N: number,
    I: number,
    H: number,
  ): void;
}
