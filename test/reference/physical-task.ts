/** Tasks that are numbers of a machine, in plain f64. Twin of assembly/envs/physical-task.ts. */
import { philox, stream, toUniform } from '../../src/core/philox.ts';

/** `bounds`: of each number of a task; the last is the gear, whose sign is drawn where the wires may be `crossed`. */
export function sampleNumbers(
  bounds: readonly (readonly [low: number, high: number])[],
  crossed: boolean,
  seed: number,
  split: number,
  task: number,
): number[] {
  const draws = philox(seed, 16 * split + stream.task, task, 0, 0, 0).map(toUniform);
  return bounds.map(([low, high], k) => {
    if (!crossed || k < bounds.length - 1) return low + (high - low) * draws[k];
    return draws[k] < 0.5 ? -(low + (high - low) * 2 * draws[k]) : low + (high - low) * (2 * draws[k] - 1);
  });
}

/** Uniform in ± 1: the first numbers of an episode's start. */
export function startDraws(seed: number, split: number, task: number, episode: number): number[] {
  return philox(seed, 16 * split + stream.start, task, episode, 0, 0).map((word) => 2 * toUniform(word) - 1);
}
