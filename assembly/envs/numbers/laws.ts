// Generated from src/envs/registry.ts by scripts/family-numbers.mjs; do not edit.
export const POINT_MASS = 0;
export const GRID_NAVI = 1;
export const BANDIT = 2;
export const TABULAR_MDP = 3;
export const PUCK = 4;
export const RUNNER = 5;
export const CART_POLE = 6;
export const PENDULUM = 7;
export const ACROBOT = 8;
export const MOUNTAIN_CAR = 9;
export const T_MAZE = 10;
export const POINT_DYNAMICS = 11;
export const STACK = 12;
