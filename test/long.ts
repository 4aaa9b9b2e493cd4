/** Whether this is `npm run test:long`: it takes sweeps whole of which `npm test` takes a part. */
export const long = process.env.WASMETA_LONG === '1';
