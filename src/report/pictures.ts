/**
 * Films of environments whose drawing is a user's code, which a page neither has nor runs: every moment is drawn here, and the calls are kept as data
 * (envs/drawings/recorded.ts). Calls that return, as those of a background, are kept once.
 */
import { recordingCanvas } from '../envs/drawings/recorded.ts';
import { familyOf } from '../envs/registry.ts';
import { describeScene, renderScene } from '../envs/render.ts';
import type { EnvConfig } from '../envs/spec.ts';
import { mostFilmNumbers, pictureHigh, pictureWide, type ReportData, type ReportFilm } from './data.ts';
import { momentsOf, sceneAt } from './scenes.ts';

/** The same data, with films drawn where `env.played.recorded` asks for it. A drawing that throws loses the films and leaves a note that says why. */
export function withPictures(data: ReportData): ReportData {
  const { played } = data.env;
  if (played?.recorded !== true) return data;
  try {
    const panels = data.panels.map((panel) => ({
      ...panel,
      trials: panel.trials.map((trial) => (trial.film === undefined ? trial : { ...trial, film: picturesOf(played.config, trial.film) })),
    }));
    return { ...data, panels };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const { played: _, ...env } = data.env;
    return { ...data, env, notes: [...data.notes, `Trials are not shown, for the environment's own drawing failed: ${why}.`] };
  }
}

/** Of each row only the reward is left; the pictures stand for states and actions. Undefined as soon as there are more calls than a page has room for. */
function picturesOf(config: EnvConfig, { task, episodes }: ReportFilm): ReportFilm | undefined {
  const moments = momentsOf(episodes, familyOf(config.id).state(config).length);
  const canvas = recordingCanvas(pictureWide, pictureHigh);
  const known = new Map<string, number>();
  const pictures: NonNullable<ReportFilm['pictures']>[number][] = [];
  const last = moments.flat().length;
  let room = mostFilmNumbers;
  for (let t = 0; t < last && room >= 0; t++) {
    const scene = sceneAt(config, task, moments, t);
    renderScene(canvas, scene, { pixelRatio: 1 });
    const drawn = canvas.calls().map((call) => {
      const text = JSON.stringify(call);
      const index = known.get(text) ?? known.size;
      known.set(text, index);
      return index;
    });
    room -= drawn.length;
    pictures.push({ drawn, words: describeScene(scene) });
  }
  if (room < 0) return undefined;
  return {
    task,
    episodes: moments.map((rows) => rows.map(({ reward }) => (reward === null ? [] : [reward]))),
    calls: [...known.keys()].map((text) => JSON.parse(text)),
    pictures,
  };
}
