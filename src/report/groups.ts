/** Groups of runs that differ only in their seed. The curves of a group are averaged and its scores are pooled. */
import { WasmetaError } from '../core/errors.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { LearningPoint } from './data.ts';

/** What groups are made of: a learner's name in text, its checked config, and the environments that it plays in. */
interface GroupedRun {
  readonly title: string;
  readonly config: object;
  readonly environments: readonly EnvConfig[];
}

type Config = Record<string, unknown> & { seed?: unknown };

export interface RunGroup {
  /** "RL² (GRU-64)" */
  readonly name: string;
  /** The learner alone: "RL²". */
  readonly title: string;
  /** Indices in the list of runs, in the order of their seeds. */
  readonly members: readonly number[];
}

/** Groups in the order of their first runs. Throws `E_CONFIG` if the runs are not on the same tasks: their returns can't be compared. */
export function groupRuns(runs: readonly GroupedRun[]): RunGroup[] {
  const [first, ...others] = runs.map(({ environments }) => text(environments.map(tasksOf)));
  const other = others.find((tasks) => tasks !== first);
  if (other !== undefined) throw new WasmetaError('E_CONFIG', `these runs are on different tasks: ${first} and ${other}`, { first, other });
  const configs = runs.map(({ config }) => config as Config);
  const groups = new Map<string, number[]>();
  runs.forEach(({ title, config }, i) => {
    const key = text([title, { ...config, seed: undefined }]);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const members = [...groups.values()].map((group) => group.sort((a, b) => Number(configs[a].seed) - Number(configs[b].seed)));
  const short = members.map(([i]) => [runs[i].title, policyName(configs[i].policy)].filter(Boolean).join(' '));
  const flat = members.map(([i]) => settingsOf(configs[i]));
  return members.map((group, g) => {
    const twins = flat.filter((_, other) => other !== g && short[other] === short[g]);
    const differing = Object.entries(flat[g]).filter(([field, value]) => twins.some((twin) => twin[field] !== value));
    const name = [short[g], ...differing.map(([field, value]) => `${field}=${value}`)].join(' ');
    return { name, title: runs[group[0]].title, members: group };
  });
}

/** What two returns must share to be compared. What a policy is told, how many episodes it has and the reward of its loss may differ: those are what learners are compared for. */
function tasksOf({ context, episodes, trainingReward, ...tasks }: EnvConfig): object {
  return tasks;
}

/** The fields of a config but the seed, those of its environment and policy one by one: "env.context". */
function settingsOf({ seed, ...config }: Config): Record<string, string> {
  const fields = Object.entries(config).flatMap(([name, value]): [string, unknown][] =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner])
      : [[name, value]],
  );
  return Object.fromEntries(fields.map(([name, value]) => [name, text(value)]));
}

/** (GRU-64), (MLP-64-64), (minGRU-64); of two cells one on another (GRU-64-64). */
function policyName(policy: unknown): string {
  const { kind = '', hidden = [], depth = 1 } = (policy ?? {}) as { kind?: string; hidden?: number | number[]; depth?: number };
  const parts = [
    kind.replace(/gru|lstm|mlp/, (cell) => cell.toUpperCase()),
    ...new Array<number | number[]>(depth).fill(hidden).flat(),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `(${parts.join('-')})`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
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
