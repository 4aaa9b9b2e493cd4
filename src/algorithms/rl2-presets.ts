/** Training settings found to work for a family's presets; everything else takes the defaults of rl2.ts. How they were found: docs/experiments.md. */
import type { Rl2Config } from './rl2.ts';

type Settings = Partial<Omit<Rl2Config, 'env'>>;

const semicircle: Settings = { minibatches: 8, learningRate: 1e-3, anneal: true };

const presets: Readonly<Record<string, Settings>> = {
  'PointMass-v0/pearl-semicircle': { ...semicircle, tasks: 128, iterations: 1500 },
  'PointMass-v0/pomdp-semicircle': { ...semicircle, iterations: 650 },
  'PointMass-v0/varibad-semicircle': { ...semicircle, iterations: 500 },
};

export function rl2Preset(env: { id: string; preset?: string }): Settings {
  return presets[`${env.id}/${env.preset}`] ?? {};
}
