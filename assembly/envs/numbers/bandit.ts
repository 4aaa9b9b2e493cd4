// Generated from src/envs/bandit.ts by scripts/family-numbers.mjs; do not edit.
export const ARMS = 0;
export const REWARD = 1;
export const TRAINING_REWARD = 2;

export const REWARD_BERNOULLI = 0;
export const REWARD_EXPECTED = 1;
