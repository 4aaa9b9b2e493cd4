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
/** No search for the steps of a slice goes on beyond. */
const longestMs = 400;
/** Rounds of the reference loop, about 15 ms. After a long slice the loop runs several times. */
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

/**
 * Steps of a slice. They grow until they take long enough at the best rate seen, and as long as more steps raise the rate by more than a tenth: until then what
 * every call costs (a message to a worker, environments that are made) counts for more than the work. The first call is not looked at.
 */
async function fitting(work: Work, least: number): Promise<number> {
  let [amount, best] = [least, 0];
  await work(least);
  for (;;) {
    const start = now();
    const steps = await work(amount);
    const ms = Math.max(0.01, now() - start);
    const grew = steps / ms > 1.1 * best;
    best = Math.max(best, steps / ms);
    const enough = amount >= (best * sliceMs) / 2;
    if (enough && (!grew || ms > longestMs)) return amount;
    amount = Math.ceil(Math.max(grew ? 2 * amount : 0, Math.min(best * sliceMs, 16 * amount)));
  }
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
