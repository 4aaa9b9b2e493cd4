// One step of any family for environments i … i + 3, and the start of an episode. A family is a class with
// sizes, sampleTask4, start, advance4, observe4 and oracle4 (families.ts); `E` is known at compile time, so the calls cost nothing. A family that moves all
// environments by one call (envs/user.ts) has sampleAll, startAll, moveAll, restartEnded and observeNow besides; one whose loop keeps its numbers in locals, moveRange; one
// that plays whole trials at random in locals, playRandom.
import { Batch, finish4, keepFinal } from './batch';

/** Moves environments `from` … `to` − 1 and counts their step; true if an episode ended. A family that has `moveRange` keeps its numbers in locals meanwhile. */
// @ts-ignore: decorator
@inline
export function moveRange<E extends Batch>(env: E, from: i32, to: i32, observe: bool): bool {
  if (isDefined(env.moveRange)) return env.moveRange(from, to, observe);
  let over = i32x4.splat(0);
  for (let i = from; i < to; i += 4) {
    over = v128.or(over, finish4(env, i, env.advance4(i)));
    if (observe) env.observe4(i);
  }
  return v128.any_true(over);
}

/** Lane mask of those of environments i … i + 3 whose episode is over. */
// @ts-ignore: decorator
@inline
export function over4(env: Batch, i: i32): v128 {
  const flags = i32x4.splat(load<i32>(env.terminated + i) | load<i32>(env.truncated + i));
  return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(i8x16.neg(flags)));
}

/** Starts the next episode of the lanes that are over (SAME_STEP). */
export function restart4<E extends Batch>(env: E, i: i32, over: v128, observe: bool): void {
  const lanes = i32x4.bitmask(over);
  for (let l = 0; l < 4; l++) {
    if (!(lanes & (1 << l))) continue;
    if (observe) keepFinal(env, i + l);
    const at = <usize>(i + l) << 2;
    store<u32>(env.episode + at, load<u32>(env.episode + at) + 1);
    store<i32>(env.elapsed + at, 0);
    env.start(i + l);
  }
  if (observe) env.observe4(i);
}

/** Puts all environments at the start of the episode that their counters name. */
export function startAll<E extends Batch>(env: E): void {
  memory.fill(env.elapsed, 0, <usize>env.padded << 2);
  for (let i = 0; i < env.padded; i++) env.start(i);
  if (isDefined(env.startAll)) env.startAll();
  for (let i = 0; i < env.padded; i += 4) env.observe4(i);
}

/** Observes the states and tasks as they are now: somebody outside has set them. */
export function observeAll<E extends Batch>(env: E): void {
  if (isDefined(env.observeNow)) env.observeNow();
  for (let i = 0; i < env.padded; i += 4) env.observe4(i);
}

export function oracleAll<E extends Batch>(env: E): void {
  for (let i = 0; i < env.padded; i += 4) env.oracle4(i);
}

export function sampleTasks<E extends Batch>(env: E): void {
  if (isDefined(env.sampleAll)) env.sampleAll();
  for (let i = 0; i < env.padded; i += 4) env.sampleTask4(i);
}

/** One step of all environments, with autoreset where an episode ended. */
export function stepAll<E extends Batch>(env: E): void {
  if (isDefined(env.moveAll)) env.moveAll();
  if (!moveRange(env, 0, env.padded, true)) return;
  for (let i = 0; i < env.padded; i += 4) {
    const over = over4(env, i);
    if (v128.any_true(over)) restart4(env, i, over, true);
  }
  if (isDefined(env.restartEnded)) env.restartEnded();
}
