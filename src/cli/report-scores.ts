/** What a report says in numbers: scores of groups of seeds by the one rule, differences between groups on shared tasks, and performance profiles. */
import { pairedDifference, performanceProfile, probabilityOfImprovement } from '../core/comparisons.ts';
import { overRuns, type Scores } from '../core/estimates.ts';
import { interquartileMean, mean } from '../core/statistics.ts';
import { byKind } from '../evaluation/by-task.ts';
import type { TestReturns } from '../evaluation/meta-test.ts';
import type { GroupDifference, PolicyResult, Profile } from '../report/data.ts';

/** Runs that differ only in their seed, with the returns of each on the same unseen tasks. */
export interface TestedGroup {
  readonly name: string;
  /** Place among all groups of the page. */
  readonly group: number;
  readonly seeds: readonly number[];
  readonly tests: readonly TestReturns[];
  readonly steps: number;
  /** Environment steps on an unseen task before the last return was earned. */
  readonly stepsToAdapt: number;
  readonly parameters: number;
}

/** The scores of a group. Its interquartile mean is the mean of its seeds' interquartile means. */
export function groupResult(group: TestedGroup, kinds: readonly string[] | null): PolicyResult {
  const { seeds, tests, steps, stepsToAdapt, parameters } = group;
  const places = tests[0].returns.map((_, e) => tests.map((test) => test.returns[e]));
  const scores = places.map(overRuns);
  return {
    name: nameOf(group),
    group: group.group,
    mean: scores.map((score) => score.mean),
    stderr: scores.map((score) => score.stderr),
    ci95: scores.map((score) => score.interval),
    of: scores[0].of,
    n: scores[0].n,
    iqm: places.map((runs) => mean(runs.map(interquartileMean))),
    seeds,
    steps,
    stepsToAdapt,
    parameters,
    ...(kinds && {
      kinds: byKind(
        kinds,
        tests.map(({ returns }) => returns),
      ),
    }),
  };
}

const nameOf = ({ name, tests }: TestedGroup) => (tests.length > 1 ? `${name}, ${tests.length} seeds` : name);

/** All pairs of groups that have a seed in common, in the last place of the axis. */
export function groupDifferences(groups: readonly TestedGroup[], lowerIsBetter: boolean): GroupDifference[] {
  return groups.flatMap((one, i) =>
    groups.slice(i + 1).flatMap((other) => {
      const shared = one.seeds.filter((seed) => other.seeds.includes(seed));
      if (shared.length === 0) return [];
      const last = ({ seeds, tests }: TestedGroup) => lastScores(shared.map((seed) => tests[seeds.indexOf(seed)]));
      const [a, b] = [last(one), last(other)];
      const improvement = lowerIsBetter ? probabilityOfImprovement(b, a) : probabilityOfImprovement(a, b);
      return [{ a: one.name, b: other.name, seeds: shared, difference: pairedDifference(a, b), improvement }];
    }),
  );
}

const lastScores = (tests: readonly TestReturns[]): Scores => tests.map(({ returns }) => returns[returns.length - 1]);

/** Shares of the way from random play to the best that is known, where profiles are read. */
const marks = [0, 0.25, 0.5, 0.75, 0.9, 1];

/** Thresholds from random play to the oracle, or to the best group where there is no oracle. */
export function profilesOf(groups: readonly TestedGroup[]): Profile {
  const tests = groups.flatMap((group) => group.tests);
  const { random, oracle } = tests.find(({ axis }) => axis === 'episode') ?? tests[0];
  const from = random[random.length - 1];
  const scores = groups.map(({ tests }) => lastScores(tests));
  const to = oracle?.[oracle.length - 1] ?? Math.max(...scores.map((runs) => mean(runs.map(mean))));
  const thresholds = marks.map((mark) => from + mark * (to - from));
  return { thresholds, policies: groups.map((group, g) => ({ name: nameOf(group), above: performanceProfile(scores[g], thresholds) })) };
}
