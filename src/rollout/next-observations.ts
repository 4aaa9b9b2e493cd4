/** Where each step led, out of the record of trials: the observation of the next step or, where the episode ended, its final observation. */
import type { TrialRecord } from './collector.ts';

type Recorded = Pick<TrialRecord, 'numTrials' | 'taken' | 'inputSize' | 'observationSize' | 'inputs' | 'valid' | 'done' | 'finals'>;

/** [T, M, O] of the trials `columns`, T steps being those that any trial took; 0 after the end of a trial. */
export function nextObservations(record: Recorded, columns: Uint32Array): Float32Array {
  const { numTrials: N, taken: T, inputSize: I, observationSize: O, inputs, valid, done, finals } = record;
  const M = columns.length;
  const E = finals.length / (N * O);
  const to = new Float32Array(T * M * O);
  for (let m = 0; m < M; m++) {
    const n = columns[m];
    let episode = 0;
    for (let t = 0; t < T && valid[t * N + n] === 1; t++) {
      const ends = done[t * N + n] === 1;
      const from = ends ? (n * E + episode++) * O : ((t + 1) * N + n) * I;
      to.set((ends ? finals : inputs).subarray(from, from + O), (t * M + m) * O);
    }
  }
  return to;
}
