import { walk } from './walk.mjs';

await new Promise(() => {});

export default walk('WaitsTop-v0', {});
