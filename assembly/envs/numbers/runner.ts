// Generated from src/envs/runner.ts by scripts/family-numbers.mjs; do not edit.
export const HELD = 0;
export const REWARD = 1;
export const TRAINING_REWARD = 2;
export const COST = 3;
export const BONUS = 4;
export const TASK_LOW = 5;
export const TASK_HIGH = 6;
export const HEIGHT = 7;
export const HEIGHT_SEEN = 8;
export const PLACE_NOISE = 9;
export const SPEED_NOISE = 10;
export const NORMAL = 11;
export const LEAST_HEIGHT = 12;
export const MOST_PITCH = 13;
export const MOST_STATE = 14;
export const MOST_SPEED_SEEN = 15;
export const TABLE = 16;

export const REWARD_VELOCITY = 0;
export const REWARD_DIRECTION = 1;
