/** What drawing is given by others, checked: a canvas, a scene, options. */
import { optional } from '../core/border.ts';
import { type Check, callable, fail, list, number, numbers, record } from '../core/checks.ts';
import { settle } from '../core/schema.ts';
import { checkEnv } from './registry.ts';
import type { Canvas, RenderOptions, Scene } from './render.ts';
import type { EnvConfig } from './spec.ts';

/** A resolved environment, or what can be resolved. */
export const envConfig: Check<EnvConfig> = (title, value) => settle(title, (mistakes) => checkEnv(value, title, mistakes)) as EnvConfig;

export const canvas: Check<Canvas> = (title, value) => {
  if (value === null || typeof value !== 'object') fail(title, 'a canvas', value);
  const given = value as Record<string, unknown>;
  callable(`${title}.getContext`, given.getContext);
  for (const name of ['width', 'height']) number(`${title}.${name}`, given[name], 0);
  optional((name, pixels) => number(name, pixels))(`${title}.clientWidth`, given.clientWidth);
  return value as Canvas;
};

/** Of the past only the shape is looked at: it is long, and drawn for each frame. */
export const scene: Check<Scene> = (title, value) => {
  const given = record(title, value);
  for (const name of ['state', 'task', 'observation']) numbers(`${title}.${name}`, given[name]);
  list(`${title}.past`, given.past, (name, episode) => list(name, episode, (at, moment) => moment ?? fail(at, 'a moment', moment)));
  return { ...(value as Scene), config: envConfig(`${title}.config`, given.config) };
};

export const renderOptions: Check<RenderOptions> = (title, value) => {
  const given = record(title, value);
  optional(record)(`${title}.colours`, given.colours);
  optional((name, ratio) => number(name, ratio, Number.MIN_VALUE))(`${title}.pixelRatio`, given.pixelRatio);
  optional((name, ghosts) =>
    list(name, ghosts, (at, ghost) => {
      const { scene: drawn, colour } = record(at, ghost);
      scene(`${at}.scene`, drawn);
      if (typeof colour !== 'string') fail(`${at}.colour`, 'the name of a colour', colour);
    }),
  )(`${title}.ghosts`, given.ghosts);
  return value as RenderOptions;
};
