import { walk } from './walk.mjs';

for (let x = 1; x !== 0; ) x += 1e-9;

export default walk('EndlessTop-v0', {});
