/**
 * Where a job goes. A shard has a home, the machine that did its last job and still holds its trajectories; a job without one goes where there is least to do.
 * Only the time that a job takes depends on it. Nothing here knows of Redis or of clocks.
 */

/** A machine that may be given jobs. */
export interface Place {
  readonly id: string;
  readonly workers: number;
  /** Jobs that it was sent and has not answered. */
  jobs: number;
}

/** A job on each worker and one behind it, so that none waits for the way there and back. */
const roomPerWorker = 2;

export class Placement {
  readonly #homes = new Map<number, string>();

  /** The machine for the next job of a shard; null if it must wait for room. */
  choose(shard: number, places: readonly Place[]): string | null {
    const home = this.#homes.get(shard);
    if (home !== undefined && places.some(({ id }) => id === home)) return home;
    const chosen = leastBusy(places.filter(({ workers, jobs }) => jobs < roomPerWorker * workers));
    if (chosen !== null) this.#homes.set(shard, chosen.id);
    return chosen?.id ?? null;
  }

  /** A machine did a job of this shard: its trajectories are there now. */
  moved(shard: number, machine: string): void {
    this.#homes.set(shard, machine);
  }

  /** Machines came or went. No machine keeps more homes than its share of all workers; the shards beyond find new ones. */
  share(places: readonly Place[]): void {
    const workers = places.reduce((sum, place) => sum + place.workers, 0);
    const shards = [...this.#homes].sort(([a], [b]) => a - b);
    const left = new Map(places.map((place) => [place.id, Math.ceil((shards.length * place.workers) / workers)]));
    for (const [shard, home] of shards) {
      const room = left.get(home) ?? 0;
      if (room > 0) left.set(home, room - 1);
      else this.#homes.delete(shard);
    }
  }
}

/** The first of those whose workers have least to do; null of none. */
export function leastBusy(places: readonly Place[]): Place | null {
  const [first, ...rest] = places;
  return first === undefined
    ? null
    : rest.reduce((best, place) => (place.jobs / place.workers < best.jobs / best.workers ? place : best), first);
}
