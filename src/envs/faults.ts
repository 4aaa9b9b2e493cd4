/** Why an environment could not go on, by the code in `VectorStep.faults`. Twin: assembly/batch.ts. */
export const faultNames = ['none', 'not-finite', 'out-of-events'] as const;
/** Why an environment could not go on. */
export type FaultName = (typeof faultNames)[number];
