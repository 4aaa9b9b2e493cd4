import { walk } from './walk.mjs';

const table = [];
for (let row = 0; ; row++) table.push(new Array(1e6).fill(row));

export default walk('Huge-v0', { table });
