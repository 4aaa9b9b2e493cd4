import { walk } from './walk.mjs';

globalThis.process?.exit(0);

export default walk('Exits-v0', {});
