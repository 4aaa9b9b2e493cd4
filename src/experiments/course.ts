/** The trainings of one command, one after the other: which of how many is on, and about how long all of them will still take. */

interface CourseOptions {
  /** What a training is called: "learner 3 of 7". */
  readonly noun: string;
  /** How many there are. */
  readonly count: number;
  /** The sum of their shares, which say how long they are beside each other. Default: `count`, each a share of 1. */
  readonly shares?: number;
}

/** A share is taken to last as long as those that are done, and what is done of the one that is on, say. The time that tests take is not counted. */
export class Course {
  readonly #noun: string;
  readonly #count: number;
  readonly #shares: number;
  #begun = 0;
  /** The share of the training that is on. */
  #share = 0;
  /** Shares that are done, and their seconds. */
  readonly #done = { shares: 0, seconds: 0 };

  constructor({ noun, count, shares = count }: CourseOptions) {
    this.#noun = noun;
    this.#count = count;
    this.#shares = shares;
  }

  /** Begins the next one; answers with its place: "learner 3 of 7". */
  begin(share = 1): string {
    this.#begun++;
    this.#share = share;
    return `${this.#noun} ${this.#begun} of ${this.#count}`;
  }

  /** The one that is on has ended after so many seconds, those of earlier sittings among them. */
  end(seconds: number): void {
    this.#done.shares += this.#share;
    this.#done.seconds += seconds;
  }

  /** Seconds until all are done, where the one that is on has `own` seconds left of `whole`; null where it is the last, or nothing is known yet. */
  left(own: number, whole: number): number | null {
    if (this.#begun >= this.#count || !Number.isFinite(own)) return null;
    const { shares, seconds } = this.#done;
    const perShare = (seconds + whole) / (shares + this.#share);
    return own + perShare * Math.max(0, this.#shares - shares - this.#share);
  }
}

/** about 9 min, about 2 h 10 min, under a minute. */
export function roughly(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return 'under a minute';
  if (minutes < 60) return `about ${minutes} min`;
  const tens = Math.round(minutes / 10);
  return `about ${Math.floor(tens / 6)} h${tens % 6 === 0 ? '' : ` ${10 * (tens % 6)} min`}`;
}
