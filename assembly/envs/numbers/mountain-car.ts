// Generated from src/envs/mountain-car.ts by scripts/family-numbers.mjs; do not edit.
export const FORCE = 0;
export const MOST_SPEED = 1;
export const LOW = 2;
export const HIGH = 3;
export const GOAL = 4;
export const START_LOW = 5;
export const START_HIGH = 6;
export const ENERGY_WEIGHT = 7;
export const REWARD = 8;
export const TRAINING_REWARD = 9;
export const TASK_LOW = 10;
export const TASK_HIGH = 12;
export const CROSSED = 14;

export const REWARD_TIME = 0;
export const REWARD_ENERGY = 1;
