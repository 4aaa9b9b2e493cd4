// Generated from src/envs/runner.ts by scripts/family-numbers.mjs; do not edit.
export const HELD = 0;
export const REWARD = 1;
export const TRAINING_REWARD = 2;
export const COST = 3;
export const BONUS = 4;
export const MOST_CHARGED = 5;
export const TASK_LOW = 6;
export const TASK_HIGH = 7;
export const HEIGHT = 8;
export const HEIGHT_SEEN = 9;
export const PLACE_NOISE = 10;
export const SPEED_NOISE = 11;
export const NORMAL = 12;
export const LEAST_HEIGHT = 13;
export const MOST_PITCH = 14;
export const MOST_STATE = 15;
export const MOST_SPEED_SEEN = 16;
export const TABLE = 17;

export const REWARD_VELOCITY = 0;
export const REWARD_DIRECTION = 1;
