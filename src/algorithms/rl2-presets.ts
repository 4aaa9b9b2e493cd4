/** Training settings found to work for a family's presets; everything else takes the defaults of rl2.ts. How they were found: docs/experiments.md. */
import type { Rl2Config } from './rl2.ts';

type Settings = Partial<Omit<Rl2Config, 'env'>>;

const presets: Readonly<Record<string, Settings>> = {
  'PointMass-v0/pomdp-semicircle': { iterations: 700, anneal: true },
  'PointMass-v0/varibad-semicircle': { iterations: 700, anneal: true },
};

export function rl2Preset(env: { id: string; preset?: string }): Settings {
  return presets[`${env.id}/${env.preset}`] ?? {};
}
