/** What a result cost, as the last columns of a table: two returns compare only at equal costs. */
import type { Budget } from '../experiments/reproduction.ts';

export const budgetHeads = ['steps', 'parameters', 'seeds'];

/** – for what is not trained, and for steps where there is no environment. */
export function budgetCells({ steps, parameters, seeds }: Budget): string[] {
  return [
    steps === null || steps === 0 ? '–' : `${(steps / 1e6).toFixed(2)} M`,
    parameters === null ? '–' : `${parameters}`,
    seeds.length === 0 ? '–' : seeds.join(', '),
  ];
}
