// Generated from src/envs/pendulum.ts by scripts/family-numbers.mjs; do not edit.
export const TORQUE = 0;
export const MOST_SPEED = 1;
export const TIME_STEP = 2;
export const RATE_COST = 3;
export const TORQUE_COST = 4;
export const START_ANGLE = 5;
export const START_SPEED = 6;
export const HOLD_FROM = 7;
export const HOLD_ANGLE = 8;
export const HOLD_RATE = 9;
export const TASK_LOW = 10;
export const TASK_HIGH = 14;
export const CROSSED = 18;

export const REWARD_COST = 0;
