/** The commands by name. Each is loaded when it is run: what --help and completion say of it is in build/commands.json (definitions.ts). */
import type { CommandDef } from 'citty';

export const commands = {
  quickstart: async () => (await import('./quickstart.ts')).quickstart,
  envs: async () => (await import('./envs.ts')).envs,
  recipes: async () => (await import('./recipes.ts')).recipes,
  train: async () => (await import('./train.ts')).train,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  report: async () => (await import('./report.ts')).report,
  rollout: async () => (await import('./rollout.ts')).rollout,
  export: async () => (await import('./export.ts')).exportRun,
  compare: async () => (await import('./compare.ts')).compare,
  reproduce: async () => (await import('./reproduce.ts')).reproduce,
  sweep: async () => (await import('./sweep.ts')).sweep,
  work: async () => (await import('./work.ts')).work,
  runs: async () => (await import('./runs.ts')).runs,
  view: async () => (await import('./view.ts')).view,
  bench: async () => (await import('./bench.ts')).bench,
  new: async () => (await import('./new.ts')).create,
  check: async () => (await import('./check.ts')).check,
  completion: async () => (await import('./completion.ts')).completion,
} as unknown as Readonly<Record<string, () => Promise<CommandDef>>>; // each takes arguments of its own, which no common type can say
