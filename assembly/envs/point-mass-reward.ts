// The rewards of the point mass, four environments at a time, by addresses and locals alone. Which is a constant where the call is compiled, so only its own
// work is left.
import { number } from '../batch';
import {
  ARRIVAL, CONTROL_COST, REWARD_ARRIVAL, REWARD_DENSE, REWARD_DIRECTION, REWARD_SPARSE, TOLERANCE,
} from './numbers/point-mass';

/** Whether the point is at the goal along both axes that count. */
// @ts-ignore: decorator
@inline
export function arrived4(parameters: usize, dx: v128, dy: v128): v128 {
  const arrival = number(parameters, ARRIVAL);
  return v128.and(f32x4.lt(f32x4.abs(dx), arrival), f32x4.lt(f32x4.abs(dy), arrival));
}

/** The reward of a move by (ax, ay) to where the goal w is (dx, dy) away. */
// @ts-ignore: decorator
@inline
export function reward4(kind: i32, parameters: usize, wx: v128, wy: v128, dx: v128, dy: v128, ax: v128, ay: v128): v128 {
  if (kind == REWARD_DIRECTION) {
    const effort = f32x4.add(f32x4.mul(ax, ax), f32x4.mul(ay, ay));
    return f32x4.sub(f32x4.add(f32x4.mul(wx, ax), f32x4.mul(wy, ay)), f32x4.mul(number(parameters, CONTROL_COST), effort));
  }
  if (kind == REWARD_ARRIVAL) return v128.and(arrived4(parameters, dx, dy), f32x4.splat(1));
  const d = f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)));
  if (kind == REWARD_DENSE) return f32x4.neg(d);
  const near = f32x4.le(d, number(parameters, TOLERANCE));
  return v128.and(near, kind == REWARD_SPARSE ? f32x4.sub(f32x4.splat(1), d) : f32x4.splat(1));
}
