/** What assembly/kernels.ts exports. Addresses are byte offsets into the memory of tfjs. */
type Address = number;

export interface KernelExports {
  kernelsVersion(): number;
  gruForwardWorkBytes(T: number, N: number, I: number, H: number): number;
  gruForward(
    x: Address, keep: Address, wx: Address, wh: Address, b: Address, c: Address,
    h: Address, entering: Address, saved: Address, work: Address,
    T: number, N: number, I: number, H: number,
  ): void;
  gruBackwardWorkBytes(T: number, N: number, I: number, H: number): number;
  gruBackward(
    dout: Address, x: Address, keep: Address, wx: Address, wh: Address, entering: Address, saved: Address,
    dwx: Address, dwh: Address, db: Address, dc: Address, dx: Address, work: Address,
    T: number, N: number, I: number, H: number,
  ): void;
}
