// Generated from src/envs/point-dynamics.ts by scripts/family-numbers.mjs; do not edit.
export const STEP = 0;
export const GOAL_HALF_WIDTH = 1;
export const REWARD = 2;
export const TRAINING_REWARD = 3;
export const TOLERANCE = 4;
export const TASK_LOW = 5;
export const TASK_HIGH = 10;

export const REWARD_DENSE = 0;
export const REWARD_TOLERANCE = 1;
