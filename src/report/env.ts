/** What a report's pages must know of the environment: read off the family's spec, so that the pages know no family by name. */
import { familyOf, toleranceOf } from '../envs/registry.ts';
import type { EnvConfig } from '../envs/spec.ts';
import type { ReportEnv } from './data.ts';

export function reportEnv(config: EnvConfig): ReportEnv {
  const { id, preset, horizon, episodes, reward } = config;
  const { place, articulated, drawing, user } = familyOf(id);
  const arc = config.taskList === undefined ? place?.goalArc?.(config) : null;
  return {
    id,
    preset,
    horizon,
    episodes,
    reward,
    tolerance: toleranceOf(config),
    lengths: place?.unit ?? 'metres',
    ...(place && { aim: place.aim(config) }),
    ...(arc && { goalArc: arc }),
    ...(articulated && { body: articulated.body }),
    ...(place?.scene && { scene: place.scene }),
    ...(place?.second && { second: place.second.name }),
    ...(drawing && {
      played: {
        config,
        pace: articulated?.step ?? Math.min(1 / 3, Math.max(1 / 30, 4 / horizon)),
        // A user's drawing is code in a file of theirs, which the page does not have.
        ...(user !== undefined && { recorded: true }),
      },
    }),
  };
}
