/** Metrics of a queue's executor: what its totals have grown by since it was last asked. */
import { now } from '../platform/runtime.ts';
import type { QueueCounts } from './counts.ts';

export class Meter {
  #before: { readonly at: number; readonly counts: QueueCounts };

  constructor(counts: QueueCounts) {
    this.#before = { at: now(), counts };
  }

  measured(counts: QueueCounts): Readonly<Record<string, number>> {
    const at = now();
    const { at: since, counts: old } = this.#before;
    this.#before = { at, counts };
    const grown = (of: (totals: QueueCounts) => number) => of(counts) - of(old);
    const ms = Math.max(1, at - since);
    const worked = grown(({ workedMs }) => workedMs) / (Math.max(1, counts.workers) * ms);
    return {
      'queue/machines': counts.machines,
      'queue/jobs_per_second': (1000 * grown(({ jobs }) => jobs)) / ms,
      'queue/waiting': 1 - Math.min(1, worked),
      'queue/repeated_jobs': grown(({ repeated }) => repeated),
      'queue/doubled_jobs': grown(({ doubled }) => doubled),
      'queue/megabytes': grown(({ bytesSent, bytesReceived }) => bytesSent + bytesReceived) / 1e6,
    };
  }
}
