/** What a report is made of: plain JSON. Returns are per episode, time in seconds. */
import type { Estimate } from '../core/estimates.ts';
import type { PlanarBody } from '../envs/bodies/planar-body.ts';
import type { DrawingCall } from '../envs/drawings/recorded.ts';
import type { EnvConfig, GoalArc, Point } from '../envs/spec.ts';
import type { KindReturns } from '../evaluation/by-task.ts';

export interface ReportData {
  readonly title: string;
  readonly subtitle: string;
  readonly version: string;
  readonly runs: readonly ReportRun[];
  /** Seconds and environment steps of training, summed over all runs. */
  readonly seconds: number;
  readonly steps: number;
  /** What a reader must know to judge the numbers, a sentence each. */
  readonly notes: readonly string[];
  readonly env: ReportEnv;
  readonly learning: readonly LearningCurve[];
  /** One for each way of testing: learners that are tested by episodes and learners that are tested by gradient steps have axes of their own. */
  readonly panels: readonly Panel[];
  /** Of each pair of policies with a seed in common. */
  readonly differences?: readonly GroupDifference[];
  readonly profile?: Profile;
  /** Present if the policy infers a belief over goals, where the exact posterior is known. */
  readonly beliefs?: ReportBeliefs;
}

interface ReportRun {
  readonly name: string;
  /** The command that repeats the run. */
  readonly command: string;
  /** The whole configuration, as indented JSON. */
  readonly configText: string;
  /** SHA-256 of the weights. */
  readonly weightsHash: string;
}

export interface ReportEnv {
  readonly id: string;
  readonly preset: string;
  readonly horizon: number;
  readonly episodes: number;
  readonly reward: string;
  readonly tolerance: number;
  /** Unit of the positions drawn. */
  readonly lengths: 'metres' | 'cells';
  /** For paths on the plane: whether a task is a goal or a direction. Default: goal. */
  readonly aim?: 'goal' | 'direction';
  /** Where all goals lie on an arc. */
  readonly goalArc?: GoalArc;
  /** Fixed parts of the scene, as lines from point to point. */
  readonly scene?: readonly (readonly Point[])[];
  /** The articulated body whose poses the trials hold. */
  readonly body?: PlanarBody;
  /** Name of a second body whose paths the trials hold. */
  readonly second?: string;
  /** Given where the page can draw the family while it plays: what its drawing must know, and s between two moments. */
  readonly played?: Played;
}

export interface Played {
  readonly config: EnvConfig;
  readonly pace: number;
  /** The films hold pictures instead of states, because the drawing is code that the page does not have. */
  readonly recorded?: boolean;
}

/** One training run, or the mean of several seeds. Points are in order of steps. */
export interface LearningCurve {
  readonly name: string;
  /** What lies between the first and the last return of a point; null where they are the same. */
  readonly between: 'episodes' | 'gradient steps' | null;
  readonly points: readonly LearningPoint[];
}

/** Mean returns of an iteration's first, last and all episodes of a trial (MAML's: before adapting, after it), after `steps` environment steps. */
export interface LearningPoint {
  readonly steps: number;
  readonly first: number;
  readonly last: number;
  readonly mean: number;
  /** Given for several seeds: the lowest and the highest last-episode return. */
  readonly low?: number;
  readonly high?: number;
}

/** The axis of a meta-test: the E episodes of a trial, 0 … K gradient steps, or the environments of a policy that plays in several. */
export type Axis = 'episode' | 'step' | 'environment';

/** Meta-tests on one axis: arrays over the axis. */
export interface Panel {
  readonly axis: Axis;
  /** Whether any of these policies adapts: by gradient steps, or by what it remembers of the episodes before. Others are told the task, or play all alike. */
  readonly adapts: boolean;
  /** Names of the positions on the axis, where they have names of their own. */
  readonly labels?: readonly string[];
  /** What the numbers are. Default: return per episode. */
  readonly measure?: string;
  /** Returns of uniformly random actions; on the axis of gradient steps, of a random initialisation that takes the same steps. */
  readonly random: readonly number[];
  /** Returns of the oracle; null if the family has none. */
  readonly oracle: readonly number[] | null;
  /** The headline is about the first policy; the others are for comparison. */
  readonly policies: readonly PolicyResult[];
  /** Unseen tasks, one trial each. */
  readonly tasks: number;
  /** A few unseen trials of the first policy. */
  readonly trials: readonly ReportTrial[];
  /** Whether the first policy is told the task. */
  readonly context?: boolean;
}

export interface PolicyResult {
  readonly name: string;
  /** Place among all groups of the page, which gives its colour in every figure. Default: place in the panel. */
  readonly group?: number;
  readonly mean: readonly number[];
  /** By the rule of core/estimates.ts: over the means of several seeds, or over the tasks of one. */
  readonly stderr: readonly (number | null)[];
  /** 95 % interval of the mean. */
  readonly ci95: readonly (readonly [low: number, high: number] | null)[];
  readonly of?: Estimate['of'];
  readonly n?: number;
  readonly iqm: readonly number[];
  readonly seeds?: readonly number[];
  /** Environment steps of training, the mean over the seeds. */
  readonly steps?: number;
  /** Environment steps on an unseen task before the last return was earned. */
  readonly stepsToAdapt?: number;
  /** Of the policy that acts. */
  readonly parameters?: number;
  /** Where the family's tasks are of a few kinds. */
  readonly kinds?: readonly KindReturns[];
}

/** a − b after adapting, on tasks and seeds that both have. */
export interface GroupDifference {
  readonly a: string;
  readonly b: string;
  readonly seeds: readonly number[];
  readonly difference: Estimate;
  /** The chance that a run of a is better than one of b on a task. */
  readonly improvement: number;
}

/** Shares of tasks and seeds whose return after adapting is above each threshold. */
export interface Profile {
  readonly thresholds: readonly number[];
  readonly policies: readonly { readonly name: string; readonly above: readonly number[] }[];
}

/** Probabilities of goals that are places in rows: the exact posterior and the belief of the policy's model. */
export interface ReportBeliefs {
  /** Places in a row: place = side · y + x. */
  readonly side: number;
  /** Places that can be goals. */
  readonly goals: readonly number[];
  /** The steps that are shown. */
  readonly steps: readonly number[];
  /** Mean of KL(exact ‖ believed) over all steps and tasks in nat, its standard error over tasks, and the mean of KL(exact ‖ uniform). */
  readonly kl: number;
  readonly stderr: number | null;
  readonly uniform: number;
  readonly tasks: number;
  /** Arrays over the steps shown; `kl` is an array over all steps of the trial. */
  readonly trials: readonly {
    readonly goal: number;
    readonly cells: readonly number[];
    readonly exact: readonly (readonly number[])[];
    readonly believed: readonly (readonly number[])[];
    readonly kl: number;
  }[];
}

/** One trial on the plane: its episodes, or one episode after each number of gradient steps, as positions in order, the start included. */
export interface ReportTrial {
  readonly task: Point;
  readonly tolerance: number;
  readonly episodes: readonly (readonly Point[])[];
  readonly second?: readonly (readonly Point[])[];
  /** Given for a body: all its coordinates once a second, [episode][second][q]. */
  readonly poses?: readonly (readonly (readonly number[])[])[];
  /** Given for a body: the task in words. */
  readonly asks?: string;
  readonly film?: ReportFilm;
  readonly returns: readonly number[];
}

/** Every moment of a trial: its task ω [W], and rows [episode][moment] of state [S], action [A] and reward. The first row of an episode is a state alone. */
export interface ReportFilm {
  readonly task: readonly number[];
  readonly episodes: readonly (readonly (readonly number[])[])[];
  /** Given where the page can't draw the states: each moment in words and as the numbers of its calls, on `pictureWide` × `pictureHigh` pixels. */
  readonly calls?: readonly DrawingCall[];
  readonly pictures?: readonly { readonly drawn: readonly number[]; readonly words: string }[];
}

/** CSS pixels of a film's canvas where there is room, and of its recorded pictures. */
export const pictureWide = 640;
export const pictureHigh = 384;

/** Points of a learning curve that a page this wide can still show. */
const MAX_POINTS = 150;
/** Decimals of a position, in metres: far below a pixel. */
const POSITION_DECIMALS = 3;

/** Numbers of films that a page holds at most, so that its size has a bound: at most 8 bytes each. */
export const mostFilmNumbers = 50_000;

/** The same data, small enough for one page: curves averaged over neighbouring iterations, positions rounded, and only as many films as there is room for. */
export function compactReport(data: ReportData): ReportData {
  const roomy = filmsThatFit(data.panels);
  const round = (value: number) => Number(value.toFixed(POSITION_DECIMALS));
  const rounded = (paths: ReportTrial['episodes']) => paths.map((path) => path.map(([x, y]) => [round(x), round(y)] as const));
  return {
    ...data,
    learning: data.learning.map(({ points, ...curve }) => ({ ...curve, points: averageNeighbours(points) })),
    panels: data.panels.map((panel) => ({
      ...panel,
      trials: panel.trials.map(({ film, ...trial }) => ({
        ...trial,
        ...(film && roomy.has(film) && { film: { ...film, episodes: film.episodes.map((rows) => rows.map((row) => row.map(round))) } }),
        episodes: rounded(trial.episodes),
        ...(trial.second && { second: rounded(trial.second) }),
        ...(trial.poses && { poses: trial.poses.map((strip) => strip.map((q) => q.map(round))) }),
      })),
    })),
  };
}

/** Trial by trial, each panel's first one first. */
export function filmsThatFit(panels: readonly Panel[]): ReadonlySet<ReportTrial['film']> {
  const longest = Math.max(0, ...panels.map(({ trials }) => trials.length));
  const inOrder = Array.from({ length: longest }, (_, n) => panels.flatMap(({ trials }) => trials[n]?.film ?? [])).flat();
  let room = mostFilmNumbers;
  return new Set(
    inOrder.filter((film) => {
      room -= numbersIn(film);
      return room >= 0;
    }),
  );
}

/** A call counts twice for each of its parts: names and colours are longer than numbers. */
function numbersIn({ episodes, calls = [], pictures = [] }: ReportFilm): number {
  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);
  return (
    sum(episodes.flat().map((row) => row.length)) +
    sum(calls.map((call) => 2 * call.length)) +
    sum(pictures.map(({ drawn }) => drawn.length))
  );
}

/** How many iterations one drawn point stands for. */
export function iterationsPerPoint(points: readonly LearningPoint[]): number {
  return Math.max(1, Math.ceil(points.length / MAX_POINTS));
}

/** A group of neighbours becomes one point: the means of its returns at its last step. */
function averageNeighbours(points: readonly LearningPoint[]): LearningPoint[] {
  const size = iterationsPerPoint(points);
  const groups = Array.from({ length: Math.ceil(points.length / size) }, (_, g) => points.slice(g * size, (g + 1) * size));
  return groups.map((group) => {
    const mean = (of: (point: LearningPoint) => number) => group.reduce((sum, point) => sum + of(point), 0) / group.length;
    const band = group[0].low === undefined ? {} : { low: mean((p) => p.low ?? p.last), high: mean((p) => p.high ?? p.last) };
    return {
      steps: group[group.length - 1].steps,
      first: mean((p) => p.first),
      last: mean((p) => p.last),
      mean: mean((p) => p.mean),
      ...band,
    };
  });
}
