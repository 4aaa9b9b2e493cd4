import { trainInPool } from './train.js';

window.answer = trainInPool().then(
  ({ hash }) => ({ hash }),
  (error) => ({ failed: `${error.code ?? error.name}: ${error.message}` }),
);
