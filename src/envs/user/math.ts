/**
 * Elementary functions with the same bits in every runtime, for users' environments: `Math.sin` and its kind differ between engines. f64; AssemblyScript's own
 * functions in a small WebAssembly module (assembly/host-math.ts). What `Math` has besides (sqrt, abs, floor, min, …) is exact everywhere.
 */
import { mathModule } from './math-module.ts';

type One = (x: number) => number;
type Two = (x: number, y: number) => number;
type ElementaryFunctions = {
  readonly sin: One;
  readonly cos: One;
  readonly tan: One;
  readonly asin: One;
  readonly acos: One;
  readonly atan: One;
  readonly atan2: Two;
  readonly exp: One;
  readonly expm1: One;
  readonly log: One;
  readonly log1p: One;
  readonly pow: Two;
  readonly sinh: One;
  readonly cosh: One;
  readonly tanh: One;
  readonly hypot: Two;
};

function load(): ElementaryFunctions {
  const bytes = Uint8Array.from(atob(mathModule), (letter) => letter.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as ElementaryFunctions;
}

let loaded: ElementaryFunctions | null = null;
const functions = (): ElementaryFunctions => {
  loaded ??= load();
  return loaded;
};

/** Made when it is first used. */
export const math: ElementaryFunctions = {
  sin: (x) => functions().sin(x),
  cos: (x) => functions().cos(x),
  tan: (x) => functions().tan(x),
  asin: (x) => functions().asin(x),
  acos: (x) => functions().acos(x),
  atan: (x) => functions().atan(x),
  atan2: (y, x) => functions().atan2(y, x),
  exp: (x) => functions().exp(x),
  expm1: (x) => functions().expm1(x),
  log: (x) => functions().log(x),
  log1p: (x) => functions().log1p(x),
  pow: (x, y) => functions().pow(x, y),
  sinh: (x) => functions().sinh(x),
  cosh: (x) => functions().cosh(x),
  tanh: (x) => functions().tanh(x),
  hypot: (x, y) => functions().hypot(x, y),
};
