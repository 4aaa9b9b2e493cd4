/** Episodes of one task, for a policy-gradient step: M at a time, repeated until they come to about M · H steps, since episodes may end early. */
import type { Collector, TrialRecord } from './collector.ts';

/** Time-major [T, M', ·] of M' episodes; valid = 0 after an episode's end. */
export type TaskPaths = Pick<
  TrialRecord,
  'numTrials' | 'taken' | 'inputSize' | 'actionSize' | 'inputs' | 'actions' | 'logProbabilities' | 'trainingRewards' | 'valid'
>;

interface TaskCoordinates {
  readonly seed: number;
  readonly split: number;
  readonly task: number;
  /** Number of the round; each round of a task has its own episodes. */
  readonly round: number;
}

/** Largest number of repetitions in a round. */
const mostRuns = 64;

/** `returns` are those of the first M episodes. Throws the errors of `Collector.run`. */
export function playTask(
  collector: Collector,
  parameters: Float32Array,
  { seed, split, task, round }: TaskCoordinates,
): { paths: TaskPaths; returns: Float32Array } {
  const M = collector.numTrials;
  const budget = M * collector.batch.config.horizon;
  const parts: TaskPaths[] = [];
  let returns = new Float32Array();
  let steps = 0;
  let lastSteps = 0;
  for (let r = 0; r < mostRuns && steps + lastSteps / 2 < budget; r++) {
    const at = { seed, split, firstTask: task, firstEpisode: (round * mostRuns + r) * M };
    const played = collector.run(parameters, at, false);
    if (r === 0) returns = played.returns.slice();
    lastSteps = played.lengths.reduce((a, b) => a + b, 0);
    steps += lastSteps;
    parts.push(copied(collector.record()));
  }
  return { paths: parts.length === 1 ? parts[0] : sideBySide(parts), returns };
}

function copied(record: TrialRecord): TaskPaths {
  const { numTrials, taken, inputSize, actionSize } = record;
  const rows = taken * numTrials;
  return {
    numTrials,
    taken,
    inputSize,
    actionSize,
    inputs: record.inputs.slice(0, rows * inputSize),
    actions: record.actions.slice(0, rows * actionSize),
    logProbabilities: record.logProbabilities.slice(0, rows),
    trainingRewards: record.trainingRewards.slice(0, rows),
    valid: record.valid.slice(0, rows),
  };
}

function sideBySide(parts: readonly TaskPaths[]): TaskPaths {
  const { inputSize, actionSize } = parts[0];
  const numTrials = parts.reduce((sum, part) => sum + part.numTrials, 0);
  const taken = Math.max(...parts.map((part) => part.taken));
  const join = (width: number, of: (part: TaskPaths) => Float32Array): Float32Array => {
    const to = new Float32Array(taken * numTrials * width);
    let column = 0;
    for (const part of parts) {
      const row = part.numTrials * width;
      for (let t = 0; t < part.taken; t++) to.set(of(part).subarray(t * row, (t + 1) * row), (t * numTrials + column) * width);
      column += part.numTrials;
    }
    return to;
  };
  return {
    numTrials,
    taken,
    inputSize,
    actionSize,
    inputs: join(inputSize, (part) => part.inputs),
    actions: join(actionSize, (part) => part.actions),
    logProbabilities: join(1, (part) => part.logProbabilities),
    trainingRewards: join(1, (part) => part.trainingRewards),
    valid: join(1, (part) => part.valid),
  };
}
