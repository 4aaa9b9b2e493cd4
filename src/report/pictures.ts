/**
 * Films of environments whose drawing is a user's code, which a page neither has nor runs: every moment is drawn here, and the calls are kept as data
 * (envs/drawings/recorded.ts). Calls that return, as those of a background, are kept once.
 */
import { recordingCanvas } from '../envs/drawings/recorded.ts';
import { familyOf } from '../envs/registry.ts';
import { describeScene, renderScene } from '../envs/render.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { ReportData, ReportFilm } from './data.ts';
import { pictureHigh, pictureWide } from './data.ts';
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

/** Of each row only the reward is left; the pictures stand for states and actions. */
function picturesOf(config: EnvConfig, { task, episodes }: ReportFilm): ReportFilm {
  const moments = momentsOf(episodes, familyOf(config.id).state(config).length);
  const canvas = recordingCanvas(pictureWide, pictureHigh);
  const known = new Map<string, number>();
  const pictures = Array.from({ length: moments.flat().length }, (_, t) => {
    const scene = sceneAt(config, task, moments, t);
    renderScene(canvas, scene, { pixelRatio: 1 });
    const drawn = canvas.calls().map((call) => {
      const text = JSON.stringify(call);
      const index = known.get(text) ?? known.size;
      known.set(text, index);
      return index;
    });
    return { drawn, words: describeScene(scene) };
  });
  return {
    task,
    episodes: moments.map((rows) => rows.map(({ reward }) => (reward === null ? [] : [reward]))),
    calls: [...known.keys()].map((text) => JSON.parse(text)),
    pictures,
  };
}
