/** A small least-recently-used store keyed by JSON, which frees what it drops. It only saves time: what was dropped can be made again. */
export class Kept<T> {
  readonly #limit: number;
  readonly #free: (value: T) => void;
  /** From the least recently used to the most. */
  readonly #values = new Map<string, T>();

  constructor(limit: number, free: (value: T) => void) {
    this.#limit = limit;
    this.#free = free;
  }

  /** The value of this key, or a new one; the oldest is freed first, so that both never need memory at the same time. */
  get(key: unknown, make: () => T): T {
    const name = JSON.stringify(key);
    const found = this.#values.has(name);
    if (!found) while (this.#values.size >= this.#limit) this.#drop(this.#values.keys().next().value as string);
    const value = found ? (this.#values.get(name) as T) : make();
    this.#values.delete(name);
    this.#values.set(name, value);
    return value;
  }

  /** The value of this key, if there is one; it does not become the newest. */
  peek(key: unknown): T | undefined {
    return this.#values.get(JSON.stringify(key));
  }

  drop(key: unknown): void {
    this.#drop(JSON.stringify(key));
  }

  clear(): void {
    for (const name of [...this.#values.keys()]) this.#drop(name);
  }

  #drop(name: string): void {
    if (!this.#values.has(name)) return;
    const value = this.#values.get(name) as T;
    this.#values.delete(name);
    this.#free(value);
  }
}
