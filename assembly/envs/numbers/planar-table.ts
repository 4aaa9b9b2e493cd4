// Generated from src/envs/bodies/table.ts by scripts/family-numbers.mjs; do not edit.
export const HEAD = 17;
export const LINK = 17;
export const END = 6;
export const CHANGE = 4;
export const MOST = 12;
export const MOST_ENDS = 24;

export const LINKS = 0;
export const ENDS = 1;
export const TIME_STEP = 2;
export const GRAVITY = 3;
export const CONTACT = 4;
export const LIMIT = 9;
export const GROUND = 14;
export const MARGIN = 15;
export const RUNGE_KUTTA = 16;

export const PARENT = 0;
export const AT_X = 1;
export const AT_Z = 2;
export const SIGN = 3;
export const STIFFNESS = 4;
export const DAMPING = 5;
export const ARMATURE = 6;
export const LOW = 7;
export const HIGH = 8;
export const GEAR = 9;
export const MASS = 10;
export const MOMENT = 11;
export const CENTER_X = 12;
export const CENTER_Z = 13;
export const LIMIT_INVERSE = 14;
export const OUTWARD_MASS = 15;
export const MOTOR = 16;

export const END_LINK = 0;
export const END_X = 1;
export const END_Z = 2;
export const RADIUS = 3;
export const MU = 4;
export const END_INVERSE = 5;

export const PLACE = 0;
export const TASK_NUMBER = 1;
export const LOG = 2;
export const NOMINAL = 3;
