/** Imported by imports-host.mjs: too rarely called to be noticed while it plays. */
export const drift = (x) => Math.sin(x);
