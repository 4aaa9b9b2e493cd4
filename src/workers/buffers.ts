/** Typed arrays on their way between threads. */

/**
 * Copies plain data so that every typed array owns its whole buffer, and lists those buffers. Cloning a view of a large buffer, such as
 * WebAssembly memory, would post the whole buffer; so views are copied, and arrays that own their buffer are used as they are.
 */
export function packBuffers<T>(data: T): { packed: T; buffers: ArrayBuffer[] } {
  const buffers = new Set<ArrayBuffer>();
  const pack = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteLength } = value;
      if (!(buffer instanceof ArrayBuffer)) return value; // shared memory stays shared
      const own = byteLength === buffer.byteLength ? value : copyOf(value);
      buffers.add(own.buffer as ArrayBuffer);
      return own;
    }
    if (value instanceof ArrayBuffer) {
      buffers.add(value);
      return value;
    }
    if (Array.isArray(value)) return value.map(pack);
    if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]));
  };
  const packed = pack(data) as T;
  return { packed, buffers: [...buffers] };
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  if (view instanceof DataView) return new DataView(bytes.buffer);
  const TypedArray = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  return new TypedArray(bytes.buffer);
}
