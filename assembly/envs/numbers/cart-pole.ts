// Generated from src/envs/cart-pole.ts by scripts/family-numbers.mjs; do not edit.
export const CART_MASS = 0;
export const FORCE = 1;
export const TIME_STEP = 2;
export const MOST_PLACE = 3;
export const MOST_ANGLE = 4;
export const START_NOISE = 5;
export const REWARD = 6;
export const TRAINING_REWARD = 7;
export const GAINS = 8;
export const TASK_LOW = 12;
export const TASK_HIGH = 16;
export const CROSSED = 20;

export const REWARD_BALANCE = 0;
export const REWARD_FALL = 1;
