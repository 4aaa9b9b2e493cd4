/** Puts the episodes of B tasks into the rows that src/losses/policy-losses.ts reads: each task has the same number of rows, and those that only pad have weight 0. */
import type { RecordedTasks } from '../losses/recorded-tasks.ts';
import type { TaskAdvantages } from '../rollout/baseline.ts';
import type { TaskPaths } from '../rollout/task-paths.ts';

export interface PlayedTask {
  readonly paths: TaskPaths;
  readonly fitted: TaskAdvantages;
}

/** `whole`: every episode has T rows, one after the other, as sums over time need them; else only the steps are kept. */
export function rowsOf(tasks: readonly PlayedTask[], whole: boolean): RecordedTasks {
  const T = Math.max(...tasks.map(({ paths }) => paths.taken));
  const places = tasks.map(({ paths }) => (whole ? wholePlaces(paths, T) : stepPlaces(paths)));
  const n = Math.max(...places.map((list) => list.length));
  const B = tasks.length;
  const pick = (width: number, of: (task: PlayedTask, at: number) => number): Float32Array => {
    const to = new Float32Array(B * n * width);
    tasks.forEach((task, b) => {
      places[b].forEach((from, row) => {
        if (from >= 0) for (let i = 0; i < width; i++) to[(b * n + row) * width + i] = of(task, from * width + i);
      });
    });
    return to;
  };
  const weight = ({ paths, fitted }: PlayedTask, at: number) => paths.valid[at] / fitted.steps;
  const { inputSize, actionSize } = tasks[0].paths;
  return {
    B,
    n,
    T: whole ? T : n,
    inputs: pick(inputSize, ({ paths }, at) => paths.inputs[at]),
    actions: pick(actionSize, ({ paths }, at) => paths.actions[at]),
    logProbabilities: pick(1, ({ paths }, at) => paths.logProbabilities[at]),
    weights: pick(1, weight),
    advantages: pick(1, (task, at) => weight(task, at) * task.fitted.advantages[at]),
  };
}

/** Cells of the steps, episode by episode. */
function stepPlaces({ numTrials: M, taken, valid }: TaskPaths): number[] {
  const places: number[] = [];
  for (let m = 0; m < M; m++) for (let t = 0; t < taken && valid[t * M + m] === 1; t++) places.push(t * M + m);
  return places;
}

/** The same with T rows an episode; −1 where there is no cell. */
function wholePlaces({ numTrials: M, taken }: TaskPaths, T: number): number[] {
  return Array.from({ length: M * T }, (_, row) => (row % T < taken ? (row % T) * M + Math.floor(row / T) : -1));
}
