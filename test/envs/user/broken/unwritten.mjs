import { walk } from './walk.mjs';

export default walk('Unwritten-v0', { observation: [{ name: 'x' }, { name: 'y' }] });
