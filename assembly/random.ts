// The random numbers of a user's environment: one stream of Philox words for each (seed, split, stream, task, episode, step). Scalar; four lanes at a time: philox.ts.
// Twins, to the bit: src/envs/user/random.ts, include/wasmeta.h.

export class Random {
  private k0: u32 = 0;
  private k1: u32 = 0;
  private task: u32 = 0;
  private episode: u32 = 0;
  private step: u32 = 0;
  private drawn: u32 = 0;
  private w0: u32 = 0;
  private w1: u32 = 0;
  private w2: u32 = 0;
  private w3: u32 = 0;

  /** Puts the stream at its first number of these coordinates. Streams: 0 tasks, 1 starts, 3 noise of steps. */
  // @ts-ignore: decorator
  @inline
  at(seed: u32, split: u32, stream: u32, task: u32, episode: u32, step: u32): this {
    this.k0 = seed;
    this.k1 = (split << 4) + stream;
    this.task = task;
    this.episode = episode;
    this.step = step;
    this.drawn = 0;
    return this;
  }

  /** A whole number of 32 bits. */
  word(): u32 {
    const k = this.drawn++;
    if ((k & 3) == 0) {
      this.refill(k >> 2);
      return this.w0;
    }
    return (k & 3) == 1 ? this.w1 : (k & 3) == 2 ? this.w2 : this.w3;
  }

  /** In [low, high), with 24 random bits. */
  uniform(low: f64 = 0, high: f64 = 1): f64 {
    return low + (high - low) * this.unit();
  }

  /** One of 0 … n − 1. */
  integer(n: i32): i32 {
    return <i32>Math.floor(this.unit() * <f64>n);
  }

  /** By Box and Muller (1958); takes two words. */
  normal(mean: f64 = 0, deviation: f64 = 1): f64 {
    const radius = Math.sqrt(-2 * Math.log(this.unit() + 5.9604644775390625e-8));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.unit());
  }

  // @ts-ignore: decorator
  @inline
  private unit(): f64 {
    return <f64>(this.word() >> 8) * 5.9604644775390625e-8; // 2⁻²⁴
  }

  private refill(draw: u32): void {
    let c0 = this.task;
    let c1 = this.episode;
    let c2 = this.step;
    let c3 = draw;
    let k0 = this.k0;
    let k1 = this.k1;
    for (let round = 0; round < 10; round++) {
      const a = <u64>c0 * 0xd2511f53;
      const b = <u64>c2 * 0xcd9e8d57;
      c0 = <u32>(b >> 32) ^ c1 ^ k0;
      c1 = <u32>b;
      c2 = <u32>(a >> 32) ^ c3 ^ k1;
      c3 = <u32>a;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    this.w0 = c0;
    this.w1 = c1;
    this.w2 = c2;
    this.w3 = c3;
  }
}
