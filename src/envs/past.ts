/** What a drawing is told of the past: the states of one environment over the episodes of its trial. Kept only for environments that somebody watches. */
import type { Moment } from './drawings/drawing.ts';

/** The most moments that are kept; older episodes are forgotten first. */
const mostMoments = 20_000;

export class Past {
  readonly #mostEpisodes: number;
  #episodes: Moment[][] = [];
  #count = 0;

  /** `episodes`: E, those of a trial. */
  constructor(episodes: number) {
    this.#mostEpisodes = episodes;
  }

  /** From the start of each episode; the last one is the present one. A copy that later steps do not change. */
  episodes(): readonly (readonly Moment[])[] {
    return this.#episodes.map((episode) => episode.slice());
  }

  /** A new trial. */
  begin(state: ArrayLike<number>): void {
    this.#episodes = [[{ state, action: null, reward: null }]];
    this.#count = 1;
  }

  /** A step, or with null a state that was set. */
  add(state: ArrayLike<number>, action: ArrayLike<number> | null, reward: number | null): void {
    this.#episodes.at(-1)?.push({ state, action, reward });
    this.#count++;
    this.#forget();
  }

  /** The earlier ones are forgotten once it goes on. */
  nextEpisode(state: ArrayLike<number>): void {
    this.#episodes.push([{ state, action: null, reward: null }]);
    this.#count++;
  }

  #forget(): void {
    while (this.#episodes.length > 1 && (this.#count > mostMoments || this.#episodes.length > this.#mostEpisodes))
      this.#count -= this.#episodes.shift()?.length ?? 0;
  }
}
