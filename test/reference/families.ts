/** The twin of every registered family. */
import type { MakeReference } from './env.ts';
import { referencePointMass } from './point-mass.ts';

export const references: Readonly<Record<string, MakeReference>> = {
  'PointMass-v0': referencePointMass,
};
