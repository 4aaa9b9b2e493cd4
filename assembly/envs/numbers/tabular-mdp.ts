// Generated from src/envs/tabular-mdp.ts by scripts/family-numbers.mjs; do not edit.
export const STATES = 0;
export const ACTIONS = 1;
export const NOISE = 2;
export const TRAINING_NOISE = 3;

export const REWARD_NOISY = 0;
export const REWARD_MEAN = 1;
