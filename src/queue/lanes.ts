/**
 * The workers of a machine. Each is a pool of one, so that a job can have the worker that still holds its shard's trajectories, and any other if that one is busy:
 * which one changes the time that a job takes and nothing else.
 */
import type { Executor } from '../workers/executor.ts';
import { createPool, type Pool, type PoolOptions } from '../workers/pool.ts';

/** Homes that are remembered. */
const mostHomes = 4096;

interface Lane {
  readonly pool: Pool;
  jobs: number;
}

export class Lanes {
  readonly #lanes: readonly Lane[];
  /** The worker that did the last job of a home: a shard of a run. */
  readonly #homes = new Map<string, Lane>();

  constructor(workers: number, options: Omit<PoolOptions, 'workers'>) {
    this.#lanes = Array.from({ length: workers }, () => ({ pool: createPool({ ...options, workers: 1 }), jobs: 0 }));
  }

  /** Does `work` with the worker that did the last of this home, or with one that has less to do. */
  async use<T>(home: string, work: (worker: Executor) => Promise<T>): Promise<T> {
    const lane = this.#laneFor(this.#homes.get(home));
    this.#homes.delete(home);
    this.#homes.set(home, lane);
    if (this.#homes.size > mostHomes) this.#homes.delete(this.#homes.keys().next().value as string);
    lane.jobs++;
    try {
      return await work(lane.pool);
    } finally {
      lane.jobs--;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(({ pool }) => pool.close()));
  }

  #laneFor(home: Lane | undefined): Lane {
    if (home?.jobs === 0) return home;
    return this.#lanes.reduce((least, lane) => (lane.jobs < least.jobs ? lane : least));
  }
}
