/** The twin of every registered family. */

import { referenceBandit } from './bandit.ts';
import type { MakeReference } from './env.ts';
import { referenceGridNavi } from './grid-navi.ts';
import { referencePointMass } from './point-mass.ts';
import { referencePuck } from './puck.ts';
import { referenceRunner } from './runner.ts';
import { referenceTabularMdp } from './tabular-mdp.ts';

export const references: Readonly<Record<string, MakeReference>> = {
  'PointMass-v0': referencePointMass,
  'GridNavi-v0': referenceGridNavi,
  'Bandit-v0': referenceBandit,
  'TabularMdp-v0': referenceTabularMdp,
  'Puck-v0': referencePuck,
  'Runner-v0': referenceRunner,
  'Hopper-v0': referenceRunner,
};
