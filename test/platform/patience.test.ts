/** A wait for signs of life counts the time in which this thread could have heard them. The clock is the test's. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patience } from '../../src/platform/patience.ts';

const clock = vi.hoisted(() => ({ time: 0 }));
vi.mock('../../src/platform/runtime.ts', () => ({ now: () => clock.time }));

let lost = 0;

beforeEach(() => {
  clock.time = 0;
  lost = 0;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (limitMs: number) => patience(limitMs, () => lost++);

/** Lets time pass as a thread that runs sees it. */
function pass(ms: number): void {
  for (const end = clock.time + ms; clock.time < end; ) {
    clock.time += 5;
    vi.advanceTimersByTime(5);
  }
}

test('a silence longer than the limit is noticed, once, and not much later', () => {
  wait(1000);
  pass(1000);
  expect(lost).toBe(0);
  pass(300);
  expect(lost).toBe(1);
  pass(10_000);
  expect(lost).toBe(1);
});

test('each sign of life begins the wait anew', () => {
  const { alive } = wait(1000);
  for (let turn = 0; turn < 20; turn++) {
    pass(900);
    alive();
  }
  expect(lost).toBe(0);
  pass(1300);
  expect(lost).toBe(1);
});

test('a machine that slept, a stopped process and a clock that jumps do not count', () => {
  wait(1000);
  for (const jump of [3_600_000, 86_400_000, -5_000]) {
    clock.time += jump;
    pass(150);
  }
  expect(lost).toBe(0);
  pass(1000);
  expect(lost).toBe(1);
});

test('a message that waited through the sleep is heard before anybody is given up', () => {
  const { alive } = wait(1000);
  pass(990);
  clock.time += 3_600_000;
  vi.advanceTimersByTime(125); // the first tick afterwards; now messages are read
  alive();
  pass(900);
  expect(lost).toBe(0);
});

test('an infinite limit waits for ever, and one beyond 31 bits of milliseconds does not end at once', () => {
  wait(Number.POSITIVE_INFINITY);
  wait(2 ** 40);
  pass(60_000);
  expect(lost).toBe(0);
});

test('nothing comes after stop', () => {
  wait(1000).stop();
  pass(5000);
  expect(lost).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
