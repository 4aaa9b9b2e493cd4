/** Numbers and sentences of a report. Formats are fixed, not the reader's locale's, so that the same data gives the same page. */
import type { Axis, LearningCurve, Panel } from './data.ts';

/** Decimals that show about three figures of the largest value, so that a column lines up. */
export function decimalsFor(values: readonly number[]): number {
  const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  return largest >= 1000 ? 0 : largest >= 10 ? 1 : largest >= 1 ? 2 : 3;
}

/**
 * Where an axis of returns begins and ends. 0 belongs to returns that are not negative; otherwise it is from the least to the greatest of them, with room at both ends.
 */
export function extentOf(values: readonly number[]): readonly [low: number, high: number] {
  const known = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (known.length === 0) return [0, 1];
  if (low >= 0) return [0, high || 1];
  const room = 0.06 * (high - low || Math.abs(low));
  return [low - room, high <= 0 ? Math.min(0, high + room) : high + room];
}

/** Whether bars from 0 show returns well: those of an axis that hardly goes below 0. Others are dots, for the longest bar would be that of the worst policy. */
export function standsOnZero([low, high]: readonly [low: number, high: number]): boolean {
  return low >= 0 || -low <= 0.15 * high;
}

/** What the first and the last return of a learning curve are called; null where they are one. */
export function curveNames({ between }: Pick<LearningCurve, 'between'>): readonly [first: string, last: string] | null {
  if (between === null) return null;
  return between === 'episodes' ? ['first episode', 'last episode'] : ['before adapting', 'after adapting'];
}

/** "RL²", "RL² and MAML", "RL², MAML and VariBAD". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** Decimals of the returns of a meta-test. */
export function returnDecimals({ random, oracle, policies }: Panel): number {
  return decimalsFor([...random, ...(oracle ?? []), ...policies.flatMap(({ mean }) => mean)]);
}

/** −12.3, or – for what is not known, NaN and infinities. */
export function number(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const text = value.toFixed(decimals);
  // A value that rounds to zero is printed without a sign.
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** 1 234 567, with narrow spaces that don't break; four digits stay together. */
export function count(value: number): string {
  return value < 10_000 ? number(value, 0) : number(value, 0).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${number(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s} s` : `${s} s`;
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/** The label of a position on the axis, in figures and tables. Readers see episodes counted from 1 and gradient steps counted from 0. */
export function placeLabel(axis: Axis, e: number, labels?: readonly string[]): string {
  if (axis === 'environment') return labels?.[e] ?? `environment ${e + 1}`;
  return axis === 'episode' ? `episode ${e + 1}` : `${e} ${e === 1 ? 'step' : 'steps'}`;
}

/** The same position within a sentence: "in its third episode", "after 3 gradient steps". */
function placePhrase(axis: Axis, e: number, whose: 'its' | 'the', labels?: readonly string[]): string {
  if (axis === 'environment') return `in ${placeLabel(axis, e, labels)}`;
  if (axis === 'step') return e === 0 ? 'before adapting' : `after ${e} gradient ${e === 1 ? 'step' : 'steps'}`;
  return `in ${whose} ${ORDINALS[e] ?? `number ${e + 1}`} episode`;
}

export function randomName(axis: Axis): string {
  return axis === 'step' ? 'random initialisation' : 'random play';
}

/**
 * What the share column shows. Returns above zero are divided by the oracle's. A ratio of negative returns means nothing, so for these the share is that of
 * the distance from random play to the oracle. null if the family has no oracle.
 */
export function shareKind({ oracle, random }: Pick<Panel, 'oracle' | 'random'>): 'of oracle' | 'from random to oracle' | null {
  if (oracle === null) return null;
  return oracle.every((value) => value > 0) && random.every((value) => value >= 0) ? 'of oracle' : 'from random to oracle';
}

/** The share that `shareKind` names, as text: "76 %". */
export function share(panel: Pick<Panel, 'oracle' | 'random'>, mean: number, e: number): string {
  if (panel.oracle === null) return '–';
  const floor = shareKind(panel) === 'of oracle' ? 0 : panel.random[e];
  const ratio = (mean - floor) / (panel.oracle[e] - floor);
  return Number.isFinite(ratio) ? `${number(100 * ratio, 0)}\u00a0%` : '–';
}

/** The result of the first policy in one sentence, by name where it is not alone. */
export function headline(panel: Panel, alone = panel.policies.length === 1): string {
  const [policy] = panel.policies;
  if (policy === undefined || policy.mean.length === 0) return 'No policy was meta-tested.';
  const last = policy.mean.length - 1;
  const earned = `On ${count(panel.tasks)} unseen tasks ${alone ? 'the policy' : policy.name} earns ${placedReturns(panel, policy.mean)}`;
  if (panel.oracle === null) return `${earned}.`;
  const part = share(panel, policy.mean[last], last);
  const of =
    shareKind(panel) === 'of oracle'
      ? 'of the oracle’s return'
      : `of the way from ${panel.axis === 'step' ? 'a random initialisation' : 'random play'} to the oracle`;
  return `${earned}: ${part} ${of}.`;
}

/** The returns that the result is compared with: other policies, and for each axis random play and the oracle. */
export function comparison(panels: readonly Panel[]): string {
  const lines = panels.map((panel, p) => {
    const { axis, policies, random, oracle } = panel;
    const d = returnDecimals(panel);
    const others = policies.slice(p === 0 ? 1 : 0).map(({ name, mean }) => `${name} earns ${placedReturns(panel, mean)}`);
    const last = random.length - 1;
    const phrase = last === 0 && axis === 'episode' ? 'in the only episode' : placePhrase(axis, last, 'the', panel.labels);
    const where = phrase[0].toUpperCase() + phrase.slice(1);
    const who = axis === 'step' ? 'a random initialisation' : 'random play';
    const told = oracle === null ? '' : `; the oracle, which is told the task, earns ${number(oracle[last], d)}`;
    const yardsticks = `${where} ${who} earns ${number(random[last], d)}${told}.`;
    return others.length > 0 ? `For comparison, ${others.join('; ')}. ${yardsticks}` : yardsticks;
  });
  return lines.join(' ');
}

function placedReturns(panel: Panel, mean: readonly number[]): string {
  const d = returnDecimals(panel);
  const at = (e: number) => `${number(mean[e], d)} ${placePhrase(panel.axis, e, 'its', panel.labels)}`;
  const last = mean.length - 1;
  if (last > 0) return `${at(0)} and ${at(last)}`;
  return panel.axis === 'episode' ? `${number(mean[0], d)} in its only episode` : at(0);
}
