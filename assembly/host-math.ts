// Elementary functions of one f64 for users' environments in JavaScript: AssemblyScript's own (a port of musl), the same bits everywhere.
export function sin(x: f64): f64 { return Math.sin(x); }
export function cos(x: f64): f64 { return Math.cos(x); }
export function tan(x: f64): f64 { return Math.tan(x); }
export function asin(x: f64): f64 { return Math.asin(x); }
export function acos(x: f64): f64 { return Math.acos(x); }
export function atan(x: f64): f64 { return Math.atan(x); }
export function atan2(y: f64, x: f64): f64 { return Math.atan2(y, x); }
export function exp(x: f64): f64 { return Math.exp(x); }
export function expm1(x: f64): f64 { return Math.expm1(x); }
export function log(x: f64): f64 { return Math.log(x); }
export function log1p(x: f64): f64 { return Math.log1p(x); }
export function pow(x: f64, y: f64): f64 { return Math.pow(x, y); }
export function sinh(x: f64): f64 { return Math.sinh(x); }
export function cosh(x: f64): f64 { return Math.cosh(x); }
export function tanh(x: f64): f64 { return Math.tanh(x); }
export function hypot(x: f64, y: f64): f64 { return Math.hypot(x, y); }
