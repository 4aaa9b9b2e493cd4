// Generated from src/envs/t-maze.ts by scripts/family-numbers.mjs; do not edit.
export const LENGTH = 0;
export const REWARD = 1;
export const TRAINING_REWARD = 2;

export const REWARD_PACE = 0;
export const REWARD_ARM = 1;
