import { createPool, type Rl2Options, rl2, WasmetaError } from 'wasmeta';
import { createInlineExecutor } from 'wasmeta/inline';

const options: Rl2Options = { env: 'PointMass-v0', iterations: 1 };
for await (const { iteration, metrics } of rl2.train(options, createPool({ workers: 1 })))
  console.log(iteration + metrics['train/approx_kl']);
await createInlineExecutor({ learner: false }).close();
// @ts-expect-error an option that does not exist
createPool({ wrokers: 1 });
export const code: string = new WasmetaError('E_ARGUMENT', '').code;
