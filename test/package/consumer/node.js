import { trainBothWays } from './train.js';

console.log(JSON.stringify({ ...(await trainBothWays()), listeners: process.listenerCount('unhandledRejection') }));
