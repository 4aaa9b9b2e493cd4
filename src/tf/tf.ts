/** The type of tfjs with our additions (entry.ts): what files take that are given a started tfjs, and do not start it. */
export type Tf = typeof import('#tf');
