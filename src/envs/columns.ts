/** The engine's structures of arrays, [width, padded] with a column for each environment, and the rows [N, width] that the outside reads. */

interface Columns {
  /** N */
  readonly size: number;
  readonly width: number;
  /** N rounded up to whole vectors: the length of each array. */
  readonly padded: number;
}

/** [N, width] of [width, padded]. */
export function rowsFrom(columns: Float32Array, { size, width, padded }: Columns): Float32Array {
  const rows = new Float32Array(size * width);
  for (let n = 0; n < size; n++) for (let w = 0; w < width; w++) rows[n * width + w] = columns[w * padded + n];
  return rows;
}

/** [N, width] into [width, padded], which may have further arrays behind. */
export function rowsInto(columns: Float32Array, rows: ArrayLike<number>, { size, width, padded }: Columns): void {
  for (let n = 0; n < size; n++) for (let w = 0; w < width; w++) columns[w * padded + n] = rows[n * width + w];
}
