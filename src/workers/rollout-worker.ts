/** Entry of build/rollout-worker.js: a small worker that only rolls out. */
import { rolloutWork } from '../jobs/rollout-work.ts';
import { createRunner } from '../jobs/runner.ts';
import { hostWorker } from './worker-host.ts';

hostWorker((assets) => createRunner(assets, rolloutWork));
