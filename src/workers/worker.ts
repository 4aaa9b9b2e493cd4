/** Entry of build/worker.js: a worker that rolls out and learns. */

import { createShard } from '../jobs/shard.ts';
import { createLearner } from '../losses/learner.ts';
import { hostWorker } from './worker-host.ts';

hostWorker((assets) => createShard(assets, createLearner));
