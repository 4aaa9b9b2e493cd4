// Generated from src/envs/point-mass.ts by scripts/family-numbers.mjs; do not edit.
export const STEP = 0;
export const ARC = 1;
export const LOW = 2;
export const HIGH = 3;
export const RADIUS = 4;
export const REWARD = 5;
export const TOLERANCE = 6;
export const ARRIVAL = 7;
export const ENDS = 8;
export const CONTROL_COST = 9;
export const TRAINING_REWARD = 10;
export const COUNTS = 11;

export const REWARD_DENSE = 0;
export const REWARD_SPARSE = 1;
export const REWARD_TOLERANCE = 2;
export const REWARD_DIRECTION = 3;
export const REWARD_ARRIVAL = 4;
