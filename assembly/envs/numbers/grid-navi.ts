// Generated from src/envs/grid-navi.ts by scripts/family-numbers.mjs; do not edit.
export const SIZE = 0;
export const FOUND = 1;
export const TRAINING_FOUND = 3;
export const COUNTS = 5;

export const REWARD_SEARCH = 0;
export const REWARD_EXACT = 1;
