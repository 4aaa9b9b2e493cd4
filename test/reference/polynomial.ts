/** Real roots of a polynomial by those of its derivative: between two neighbours of these it is monotonic, so bisection finds the one root or none. */

/** Coefficients from the constant up. */
export function valueAt(coefficients: readonly number[], t: number): number {
  return coefficients.reduceRight((sum, c) => sum * t + c, 0);
}

/** Roots in (low, high) where the sign changes, in order. */
export function rootsWithin(coefficients: readonly number[], low: number, high: number): number[] {
  const degree = coefficients.length - 1;
  if (degree < 1) return [];
  const slope = coefficients.slice(1).map((c, i) => c * (i + 1));
  const marks = [low, ...rootsWithin(slope, low, high), high];
  return marks.slice(1).flatMap((to, i) => {
    const from = marks[i];
    const signs = [from, to].map((t) => Math.sign(valueAt(coefficients, t)));
    return signs[0] * signs[1] < 0 ? [bisect(coefficients, from, to, signs[0])] : [];
  });
}

function bisect(coefficients: readonly number[], low: number, high: number, sign: number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (Math.sign(valueAt(coefficients, middle)) === sign) low = middle;
    else high = middle;
  }
}
