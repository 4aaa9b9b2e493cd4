/**
 * A clock that jumps from timer to timer, so that hours of waiting take no time and nothing depends on the machine's speed.
 * Import it before anything that keeps `performance.now` or `setTimeout`.
 */
const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, now: performance.now.bind(performance), Date };

interface Timer {
  at: number;
  readonly every: number | null;
  readonly work: () => void;
}

let time: number | null = null;
let wallShift = 0;
let timers = new Map<number, Timer>();
let nextId = 1;

performance.now = () => time ?? real.now();

function add(work: () => void, ms: number, every: number | null) {
  const id = nextId++;
  timers.set(id, { at: (time as number) + Math.max(1, Number(ms) || 0), every, work });
  return { id, ref: () => {}, unref: () => {}, hasRef: () => true, [Symbol.toPrimitive]: () => id };
}

const remove = (timer: unknown) => timers.delete(Number(timer));

/** The time of day jumps, as it does when a clock is set right; the monotonic clock does not. */
export function jumpWallClock(ms: number): void {
  wallShift += ms;
}

/** The process stood still, as in a laptop that sleeps: every timer is late. */
export function sleepAll(ms: number): void {
  time = (time as number) + ms;
}

/** Runs `work` under the virtual clock. Throws if it hangs: nothing is left to wait for, or it waits longer than a virtual month. */
export async function virtually<T>(work: () => Promise<T>): Promise<T> {
  time = 1000;
  wallShift = 0;
  timers = new Map();
  class VirtualDate extends real.Date {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(VirtualDate.now());
      else super(given[0]);
    }
    static override now() {
      return 1.8e12 + (time as number) + wallShift;
    }
  }
  Object.assign(globalThis, {
    Date: VirtualDate,
    setTimeout: (f: (...args: unknown[]) => void, ms: number, ...args: unknown[]) => add(() => f(...args), ms, null),
    setInterval: (f: (...args: unknown[]) => void, ms: number, ...args: unknown[]) => add(() => f(...args), ms, ms),
    clearTimeout: remove,
    clearInterval: remove,
  });
  // In other threads it would take a time of its own.
  const { compile } = WebAssembly;
  WebAssembly.compile = async (bytes) => new WebAssembly.Module(bytes as BufferSource);
  try {
    let settled = false;
    const done = work().finally(() => {
      settled = true;
    });
    done.catch(() => {});
    let idle = 0;
    for (let steps = 0; !settled; ) {
      await new Promise((resolve) => real.setImmediate(resolve));
      if (settled) break;
      const next = [...timers].sort(([a, one], [b, other]) => one.at - other.at || a - b)[0];
      // Real work in other threads (WebAssembly is compiled there) has no timer here.
      if (next === undefined) {
        if (++idle > 6000) throw new Error('hang: nothing is left to wait for');
        if (idle > 20) await new Promise((resolve) => real.setTimeout(resolve, 10));
        continue;
      }
      idle = 0;
      const [id, timer] = next;
      time = Math.max(time as number, timer.at);
      if (++steps > 1_000_000 || time > 30 * 86_400_000) throw new Error(`hang: still waiting after ${time / 1000} virtual seconds`);
      if (timer.every === null) timers.delete(id);
      else timer.at = time + Math.max(1, timer.every);
      timer.work();
    }
    return await done;
  } finally {
    time = null;
    WebAssembly.compile = compile;
    const { now: _, ...globals } = real;
    Object.assign(globalThis, globals);
  }
}
