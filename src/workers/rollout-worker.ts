/** Entry of build/rollout-worker.js: a small worker that only rolls out. */
import { createShard } from '../jobs/shard.ts';
import { hostWorker } from './worker-host.ts';

hostWorker((assets) => createShard(assets, null));
