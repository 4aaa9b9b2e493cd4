/** What an agent is given between two steps, checked and as its policy reads it. Throws `E_ARGUMENT` and `E_NOT_FINITE`. */
import { fail, finite, numbers, record } from '../core/checks.ts';

type Flags = boolean | ArrayLike<number> | ArrayLike<boolean>;

/** What the last actions led to; the answer of a step of `Env` or `VectorEnv` will do. One number or flag, or N. */
export interface Outcome {
  readonly reward?: number | ArrayLike<number>;
  readonly rewards?: ArrayLike<number>;
  readonly terminated?: Flags;
  readonly truncated?: Flags;
}

/**
 * Observations [N, O] of N environments; the last W of each row are the task. `given`: whole rows, or rows without the task where the agent was told it
 * (`told` [N, W]). What was told wins over what a row says.
 */
export function observationsOf(
  given: ArrayLike<number>,
  [N, O, W]: readonly [number, number, number],
  told: Float32Array | null,
): Float32Array {
  const bare = N * (O - W);
  const { length } = numbers('observation', given);
  if (length !== N * O && (length !== bare || told === null))
    fail(
      'observation',
      W === 0 ? `${N * O} numbers (${N} × ${O})` : `${N * O} numbers (${N} × ${O}), or ${bare} with the tasks told by reset or tell`,
      given,
    );
  finite('observation', given);
  if (told === null) return Float32Array.from(given);
  const rows = new Float32Array(N * O);
  const width = length / N;
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O - W; o++) rows[n * O + o] = given[n * width + o];
    rows.set(told.subarray(n * W, (n + 1) * W), (n + 1) * O - W);
  }
  return rows;
}

/** Rewards and flags [N] of the last step; `needed` where the policy reads them. */
export function outcomeOf(last: Outcome | undefined, N: number, needed: boolean) {
  if (last === undefined && needed) fail('last', 'the reward and the flags of the step before; a new trial begins with reset()', last);
  const { reward, rewards = reward, terminated, truncated } = last === undefined ? ({} as Outcome) : (record('last', last) as Outcome);
  if (rewards === undefined && needed) fail('last.reward', 'the reward of the step before', rewards);
  const row = (title: string, value: number | Flags | undefined): Float32Array => {
    const many = Array.isArray(value) || ArrayBuffer.isView(value);
    if (!many && !['number', 'boolean', 'undefined'].includes(typeof value)) fail(title, `a number or flag, or ${N} of them`, value);
    const list = many ? (value as ArrayLike<number>) : new Array<number | boolean | undefined>(N).fill(value as number);
    if (list.length !== N) fail(title, `${N} values, one for each environment`, value);
    for (let n = 0; n < N; n++)
      if (!['number', 'boolean', 'undefined'].includes(typeof list[n])) fail(`${title}[${n}]`, 'a number or flag', list[n]);
    return Float32Array.from(list as ArrayLike<number>, (x) => (x === undefined ? 0 : Number(x)));
  };
  const outcome = {
    rewards: row('last.reward', rewards),
    terminated: row('last.terminated', terminated),
    truncated: row('last.truncated', truncated),
  };
  for (const [title, values] of Object.entries(outcome)) finite(`last.${title}`, values);
  return outcome;
}
