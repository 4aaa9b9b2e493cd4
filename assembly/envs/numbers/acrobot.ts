// Generated from src/envs/acrobot.ts by scripts/family-numbers.mjs; do not edit.
export const FIRST_MASS = 0;
export const CENTRE = 1;
export const INERTIA = 2;
export const TORQUE = 3;
export const TIME_STEP = 4;
export const MOST_FIRST = 5;
export const MOST_SECOND = 6;
export const BAR = 7;
export const START_NOISE = 8;
export const REWARD = 9;
export const TRAINING_REWARD = 10;
export const TASK_LOW = 11;
export const TASK_HIGH = 15;
export const CROSSED = 19;

export const REWARD_SWING_UP = 0;
export const REWARD_HEIGHT = 1;
