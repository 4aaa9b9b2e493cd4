/** Groups of runs that differ only in their seed. The curves of a group are averaged and its scores are pooled. */
import { WasmetaError } from '../core/errors.ts';
import type { RunInfo } from '../runs/run.ts';
import type { LearningPoint } from './data.ts';

type Config = Record<string, unknown> & { env?: unknown; seed?: unknown };

export interface RunGroup {
  readonly name: string;
  /** Indices in the list of runs, in the order of their seeds. */
  readonly members: readonly number[];
}

/** Groups in the order of their first runs. Throws `E_CONFIG` if the runs are not on one task family: their returns can't be compared. */
export function groupRuns(infos: readonly RunInfo[]): RunGroup[] {
  const configs = infos.map(({ config }) => config as Config);
  const other = configs.find(({ env }) => JSON.stringify(env) !== JSON.stringify(configs[0].env));
  if (other !== undefined)
    throw new WasmetaError('E_CONFIG', `these runs are on different tasks: ${text(configs[0].env)} and ${text(other.env)}`, {
      first: configs[0].env,
      other: other.env,
    });
  const groups = new Map<string, number[]>();
  infos.forEach(({ algo, config }, i) => {
    const key = JSON.stringify([algo, { ...config, seed: undefined }]);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const members = [...groups.values()].map((group) => group.sort((a, b) => Number(configs[a].seed) - Number(configs[b].seed)));
  const short = members.map(([i]) => `${infos[i].algo} ${policyName(configs[i].policy)}`);
  return members.map((group, g) => {
    const twins = members.filter((_, other) => other !== g && short[other] === short[g]).map(([i]) => configs[i]);
    const own = configs[group[0]];
    const differing = Object.keys(own).filter((field) => field !== 'seed' && twins.some((twin) => text(twin[field]) !== text(own[field])));
    return { name: [short[g], ...differing.map((field) => `${field}=${text(own[field])}`)].join(' '), members: group };
  });
}

/** gru-64, mlp-64-64; of two cells one on another gru-64-64. */
function policyName(policy: unknown): string {
  const { kind = '', hidden = [], depth = 1 } = (policy ?? {}) as { kind?: string; hidden?: number | number[]; depth?: number };
  return [kind, ...new Array<number | number[]>(depth).fill(hidden).flat()].join('-');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Mean over seeds, iteration by iteration, up to the last iteration that all have; with the lowest and highest last-episode return. A single curve is unchanged. */
export function meanCurve(curves: readonly (readonly LearningPoint[])[]): LearningPoint[] {
  if (curves.length === 1) return [...curves[0]];
  const length = Math.min(...curves.map((curve) => curve.length));
  return Array.from({ length }, (_, i) => {
    const at = curves.map((curve) => curve[i]);
    const mean = (of: (point: LearningPoint) => number) => at.reduce((sum, point) => sum + of(point), 0) / at.length;
    const lasts = at.map(({ last }) => last);
    return {
      steps: Math.round(mean((p) => p.steps)),
      first: mean((p) => p.first),
      last: mean((p) => p.last),
      mean: mean((p) => p.mean),
      low: Math.min(...lasts),
      high: Math.max(...lasts),
    };
  });
}
