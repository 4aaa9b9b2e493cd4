/** The published results that `wasmeta reproduce` repeats, by name. */
import { extrapolation } from './extrapolation.ts';
import { hindsight } from './hindsight.ts';
import { navigation, navigationRelatives, sinusoid } from './maml.ts';
import { strikes } from './puck.ts';
import type { Reproduction } from './reproduction.ts';
import { bandits, grid, mdps } from './rl2.ts';
import { velocities } from './runner.ts';
import { beliefs } from './varibad.ts';

export const reproductions: Readonly<Record<string, Reproduction>> = {
  'maml-2d-navigation': navigation,
  'maml-relatives': navigationRelatives,
  'maml-sinusoid': sinusoid,
  'puck-one-shot': strikes,
  extrapolation,
  hindsight,
  'rl2-bandits': bandits,
  'rl2-grid': grid,
  'rl2-mdps': mdps,
  'runner-velocity': velocities,
  'varibad-grid': beliefs,
};
