/** Entry of build/worker.js: a worker that rolls out and learns. */

import { createRunner } from '../jobs/runner.ts';
import { allWork } from '../jobs/table.ts';
import { hostWorker } from './worker-host.ts';

hostWorker((assets) => createRunner(assets, allWork));
