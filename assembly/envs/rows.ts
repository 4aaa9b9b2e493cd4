// Rows of four lanes: numbers of four environments side by side, 16 bytes each.

// @ts-ignore: decorator
@inline
export function get(rows: usize, k: i32): v128 {
  return v128.load(rows + (<usize>k << 4));
}

// @ts-ignore: decorator
@inline
export function put(rows: usize, k: i32, value: v128): void {
  v128.store(rows + (<usize>k << 4), value);
}
