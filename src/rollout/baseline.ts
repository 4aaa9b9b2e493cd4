/**
 * Advantages of one task's M trajectories from a linear feature baseline, fitted afresh to these very trajectories (Duan et al. 2016, "Benchmarking deep RL";
 * cbfinn/maml_rl):
 *   R_t = r_t + γ R_{t+1}        V = w · f,  f = (s, s², t/100, (t/100)², (t/100)³, 1),  w = argmin Σ (R − w·f)² + ρ ‖w‖²
 *   δ_t = r_t + γ V_{t+1} − V_t   A_t = δ_t + γ λ A_{t+1}   then mean 0 and deviation 1 over the task's steps
 * V is 0 after the last step, also if the horizon ended the episode: the features contain the time, so V is the value for a finite horizon.
 */
import type { TrialRecord } from './collector.ts';

/** Time-major [T, M, ·]; steps with valid = 0 are ignored. */
type Trajectories = Pick<TrialRecord, 'numTrials' | 'taken' | 'inputs' | 'inputSize' | 'trainingRewards' | 'valid'>;

export interface TaskAdvantages {
  /** [T, M], 0 where invalid. */
  readonly advantages: Float32Array;
  readonly steps: number;
  /** true: the fit failed at every ridge, and V is 0. */
  readonly singular: boolean;
}

const ridges = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

export function taskAdvantages(paths: Trajectories, gamma: number, lambda: number): TaskAdvantages {
  const { numTrials: M, taken: T, trainingRewards: rewards, valid } = paths;
  const returns = new Float64Array(T * M);
  let steps = 0;
  for (let at = T * M - 1; at >= 0; at--) {
    if (valid[at] === 0) continue;
    returns[at] = rewards[at] + (at + M < T * M && valid[at + M] ? gamma * returns[at + M] : 0);
    steps++;
  }
  const weights = ridgeRegression(paths, returns);
  const values = new Float64Array(T * M);
  const row = new Float64Array(featureCount(paths));
  if (weights !== null) {
    for (let at = 0; at < T * M; at++) {
      if (valid[at] === 0) continue;
      features(paths, at, row);
      values[at] = row.reduce((sum, x, i) => sum + x * weights[i], 0);
    }
  }
  const advantages = new Float64Array(T * M);
  let [sum, squares] = [0, 0];
  for (let at = T * M - 1; at >= 0; at--) {
    if (valid[at] === 0) continue;
    const goesOn = at + M < T * M && valid[at + M] !== 0;
    const delta = rewards[at] + (goesOn ? gamma * values[at + M] : 0) - values[at];
    advantages[at] = delta + (goesOn ? gamma * lambda * advantages[at + M] : 0);
    sum += advantages[at];
    squares += advantages[at] ** 2;
  }
  const mean = sum / steps;
  const deviation = Math.sqrt(Math.max(0, squares / steps - mean ** 2)) + 1e-8;
  return {
    advantages: Float32Array.from(advantages, (a, at) => (valid[at] === 0 ? 0 : (a - mean) / deviation)),
    steps,
    singular: weights === null,
  };
}

function featureCount({ inputSize }: Trajectories): number {
  return 2 * inputSize + 4;
}

function features({ inputs, inputSize, numTrials }: Trajectories, at: number, to: Float64Array): void {
  for (let i = 0; i < inputSize; i++) {
    const s = Math.max(-10, Math.min(10, inputs[at * inputSize + i]));
    to[i] = s;
    to[inputSize + i] = s * s;
  }
  const t = Math.floor(at / numTrials) / 100;
  to.set([t, t * t, t * t * t, 1], 2 * inputSize);
}

/** Ridge regression by its normal equations; null if they can't be solved at any ridge. */
function ridgeRegression(paths: Trajectories, returns: Float64Array): Float64Array | null {
  const F = featureCount(paths);
  const normal = new Float64Array(F * F);
  const right = new Float64Array(F);
  const row = new Float64Array(F);
  for (let at = 0; at < returns.length; at++) {
    if (paths.valid[at] === 0) continue;
    features(paths, at, row);
    for (let i = 0; i < F; i++) {
      right[i] += row[i] * returns[at];
      for (let j = 0; j <= i; j++) normal[i * F + j] += row[i] * row[j];
    }
  }
  for (const ridge of ridges) {
    const weights = solve(normal, right, F, ridge);
    if (weights !== null) return weights;
  }
  return null;
}

/** (A + ridge · I) x = b by Cholesky's L Lᵀ, A's lower triangle given; null unless it is positive definite and finite. */
function solve(A: Float64Array, b: Float64Array, n: number, ridge: number): Float64Array | null {
  const L = A.slice();
  for (let i = 0; i < n; i++) {
    L[i * n + i] += ridge;
    for (let j = 0; j <= i; j++) {
      let sum = L[i * n + j];
      for (let k = 0; k < j; k++) sum -= L[i * n + k] * L[j * n + k];
      if (i > j) L[i * n + j] = sum / L[j * n + j];
      else if (!(sum > 1e-12 * (A[i * n + i] + ridge)) || !Number.isFinite(sum)) return null;
      else L[i * n + i] = Math.sqrt(sum);
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= L[i * n + k] * x[k];
    x[i] /= L[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= L[k * n + i] * x[k];
    x[i] /= L[i * n + i];
  }
  return x.every(Number.isFinite) ? x : null;
}
