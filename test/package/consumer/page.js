import { trainBothWays } from './train.js';

window.answer = trainBothWays().then(
  (result) => ({ ...result, isolated: crossOriginIsolated }),
  (error) => ({ failed: `${error.code ?? error.name}: ${error.message}` }),
);
