/** Entry of build/worker.js: a worker that rolls out and learns. */
import { createLearner } from '../losses/learner.ts';
import { createShard } from '../jobs/shard.ts';
import { hostWorker } from './worker-host.ts';

hostWorker((assets) => createShard(assets, createLearner));
