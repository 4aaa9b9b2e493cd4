/**
 * Gittins index of a Bernoulli arm under the prior U[0, 1] and a discount γ: the sure reward λ a pull at which pulling on and changing over are worth
 * the same. By calibration (Gittins, Glazebrook and Weber 2011, ch. 8): for each λ of a grid one backward induction over the arm's states,
 *   v(s, m) = max(λ/(1 − γ), p̂ (1 + γ v(s + 1, m + 1)) + (1 − p̂) γ v(s, m + 1)),   p̂ = (s + 1)/(m + 2);
 * the index of (s, m) is the λ where the second term ceases to be the larger, found by linear interpolation in the grid. Pulls beyond the last are
 * counted at the better of p̂ and λ, so that the truncation only matters where γ^(rest) does.
 */

/** Cells of λ in [0, 1]; the index is exact to about the square of a cell. */
const cells = 256;
/** γ^rest at the last pull that is looked at. */
const negligible = 1e-4;

/** pulls m < `pulls`; the result gives the index of s successes in m pulls. γ in (0, 1). */
export function gittinsIndices(pulls: number, discount: number): (paid: number, pulled: number) => number {
  const rest = Math.min(2000, Math.ceil(Math.log(negligible) / Math.log(discount)));
  const last = pulls + rest;
  const at = (s: number, m: number) => (m * (m + 1)) / 2 + s;
  const index = new Float64Array(at(0, pulls)).fill(1);
  const found = new Uint8Array(index.length);
  const before = new Float64Array(index.length);
  const v = new Float64Array(last + 1);
  for (let cell = 0; cell <= cells; cell++) {
    const lambda = cell / cells;
    const sure = lambda / (1 - discount);
    for (let s = 0; s <= last; s++) v[s] = Math.max(sure, (s + 1) / (last + 2) / (1 - discount));
    for (let m = last - 1; m >= 0; m--)
      for (let s = 0; s <= m; s++) {
        const p = (s + 1) / (m + 2);
        const on = p * (1 + discount * v[s + 1]) + (1 - p) * discount * v[s];
        v[s] = Math.max(sure, on);
        if (m >= pulls || found[at(s, m)] === 1) continue;
        const more = on - sure;
        if (more <= 0) {
          const share = cell === 0 ? 0 : before[at(s, m)] / (before[at(s, m)] - more);
          index[at(s, m)] = (cell - 1 + share) / cells;
          found[at(s, m)] = 1;
        } else before[at(s, m)] = more;
      }
  }
  return (paid, pulled) => index[at(paid, pulled)];
}
