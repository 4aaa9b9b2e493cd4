// One step of any family for environments i … i + 3, and the start of an episode. A family is a class with
// sizes, sampleTask4, start, advance4, observe4 and oracle4 (families.ts); `E` is known at compile time, so the calls cost nothing. A family that moves all
// environments by one call (envs/user.ts) has sampleAll, startAll, moveAll and restartEnded besides.
import { Batch, finish4, keepFinal } from './batch';

/** Moves four environments, observes, and starts the next episode where one is over (SAME_STEP). Returns the mask of the episodes that ended. */
// @ts-ignore: decorator
@inline
export function step4<E extends Batch>(env: E, i: i32, observe: bool): v128 {
  const over = finish4(env, i, env.advance4(i));
  if (observe) env.observe4(i);
  if (v128.any_true(over)) restart4(env, i, over, observe);
  return over;
}

function restart4<E extends Batch>(env: E, i: i32, over: v128, observe: bool): void {
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

export function sampleTasks<E extends Batch>(env: E): void {
  if (isDefined(env.sampleAll)) env.sampleAll();
  for (let i = 0; i < env.padded; i += 4) env.sampleTask4(i);
}

export function stepAll<E extends Batch>(env: E): void {
  if (isDefined(env.moveAll)) {
    env.moveAll();
    let over = i32x4.splat(0);
    for (let i = 0; i < env.padded; i += 4) over = v128.or(over, step4(env, i, true));
    if (v128.any_true(over)) env.restartEnded();
  } else for (let i = 0; i < env.padded; i += 4) step4(env, i, true);
}
