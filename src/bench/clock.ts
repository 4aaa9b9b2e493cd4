/** The benchmark's clock: work cut to a fitting length, runs between two reference loops, and rows that are measured again before they are called slower. */

import { referenceLoop } from '../jobs/bench.ts';
import { now } from '../platform/runtime.ts';
import type { Executor } from '../workers/executor.ts';
import { type BenchRow, keyOf, type Run, ratioTo, slowerBelow } from './row.ts';

/** Does about `amount` steps and answers how many they were. */
export type Work = (amount: number) => Promise<number>;

/** A run is made of slices of work and of the reference loop in turns, so that a disturbance meets both. */
const slices = 4;
/** Milliseconds of a slice of work. */
const sliceMs = 40;
/** Of the reference loop: about 15 ms. After a long slice it runs several times. */
const loops = 5_000_000;
const mostReferences = 8;
const mostMeasurements = 3;

/** Milliseconds of the reference loop: in all workers at once, or on the calling thread. */
export async function referenceMs(executor: Executor | null): Promise<number> {
  const jobs = Array.from({ length: executor?.workers ?? 0 }, (_, shard) => ({ kind: 'reference' as const, shard, loops }));
  const start = now();
  if (executor === null) referenceLoop(loops);
  else await executor.run(jobs);
  return now() - start;
}

/** Runs of one row, in steps a second. `least`: no work is smaller. */
export async function timed(work: Work, least: number, runs: number, executor: Executor | null): Promise<Run[]> {
  const amount = await fitting(work, least);
  const done: Run[] = [];
  await referenceMs(executor);
  for (let run = 0; run < runs; run++) {
    let [steps, ms, reference, references] = [0, 0, 0, 0];
    for (let slice = 0; slice < slices && ms < slices * sliceMs; slice++) {
      const start = now();
      steps += await work(amount);
      const took = now() - start;
      ms += took;
      for (let k = Math.min(mostReferences, Math.ceil(took / (2 * sliceMs))); k > 0; k--, references++)
        reference += await referenceMs(executor);
    }
    done.push({ value: (1000 * steps) / ms, referenceMs: reference / references });
  }
  return done;
}

/** Steps that take about a slice at the best rate seen, three times in a row. What starts with the first call, and slow code before it is optimised, do not count. */
async function fitting(work: Work, least: number): Promise<number> {
  let [amount, fits, held] = [least, least, 0];
  await work(least);
  const begun = now();
  while (held < 3 && !(held > 0 && now() - begun > 1000)) {
    amount = Math.min(fits, 16 * amount);
    const start = now();
    const steps = await work(amount);
    fits = Math.max(fits, Math.ceil((steps * sliceMs) / Math.max(0.01, now() - start)));
    held = amount < fits / 2 ? 0 : held + 1;
  }
  return fits;
}

/**
 * A row, beside what it was before where that is known. One whose runs differ by more than 10 %, or that looks slower, is measured up to three times, and
 * the fastest measurement counts: what disturbs a machine only ever slows it down.
 */
export async function settled(measure: () => Promise<BenchRow>, before: ReadonlyMap<string, BenchRow> | null): Promise<BenchRow> {
  let best = await measure();
  const earlier = before?.get(keyOf(best));
  if (earlier === undefined) return best;
  for (let done = 1; done < mostMeasurements && (best.spread > 1 - slowerBelow || ratioTo(earlier, best) <= slowerBelow); done++) {
    const next = await measure();
    if (ratioTo(best, next) > 1) best = next;
  }
  return { ...best, ratio: ratioTo(earlier, best) };
}
