/** The twin of every registered family: test/reference/<law>.ts exports it as `reference`. */
import { families } from '../../src/envs/registry.ts';
import type { MakeReference, Traits, Twin } from './env.ts';

const twins: readonly (readonly [id: string, twin: Twin])[] = await Promise.all(
  families.map(async ({ id, law }) => [id, (await import(/* @vite-ignore */ `./${law}.ts`)) as Twin] as const),
);

export const references: Readonly<Record<string, MakeReference>> = Object.fromEntries(twins.map(([id, { reference }]) => [id, reference]));
export const traitsOf: Readonly<Record<string, Traits>> = Object.fromEntries(twins.map(([id, { traits = {} }]) => [id, traits]));
