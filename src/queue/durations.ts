/** How long jobs of a kind take, from sending to answer; to tell which are late. */
const kept = 32;

export class Durations {
  readonly #byKind = new Map<string, number[]>();

  note(kind: string, ms: number): void {
    const list = this.#byKind.get(kind) ?? [];
    this.#byKind.set(kind, [...list.slice(1 - kept), ms]);
  }

  /** The median of the last ones; null before there are some. */
  typical(kind: string): number | null {
    const list = this.#byKind.get(kind);
    if (list === undefined || list.length < 4) return null;
    return [...list].sort((a, b) => a - b)[list.length >> 1];
  }
}
