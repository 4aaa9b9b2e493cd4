/**
 * Waits for signs of life. Only time in which this thread runs counts: a laptop that sleeps, a stopped process (SIGSTOP) or a thread that is held up
 * passes in one tick, and a tick counts twice its length at most. So nobody is given up for a time in which nobody could have answered.
 */
import { now } from './runtime.ts';

interface Patience {
  /** A sign of life: the wait begins anew. */
  alive(): void;
  stop(): void;
}

const longestTickMs = 1000;

/** Calls `onLost` once, when no sign of life came for `limitMs`, which may be infinite. The last tick comes after messages that wait were read. */
export function patience(limitMs: number, onLost: () => void): Patience {
  if (limitMs === Number.POSITIVE_INFINITY) return { alive() {}, stop() {} };
  const tickMs = Math.min(longestTickMs, Math.max(5, limitMs / 8));
  let waited = 0;
  let last = now();
  let once = false;
  const timer = setInterval(() => {
    const time = now();
    waited += Math.min(Math.max(0, time - last), 2 * tickMs);
    last = time;
    if (waited < limitMs) return;
    if (once) {
      clearInterval(timer);
      onLost();
    }
    once = true;
  }, tickMs);
  return {
    alive() {
      waited = 0;
      once = false;
    },
    stop: () => clearInterval(timer),
  };
}
