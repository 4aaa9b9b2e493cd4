/** The smallest module: a header. Stands in for all three assets. */
export const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
