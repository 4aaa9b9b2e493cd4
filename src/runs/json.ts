/** JSON from an untrusted file: its size and nesting are checked before it is parsed. */

/** Parses UTF-8 text nested at most `deepest` levels; null if it is not that. */
export function parseBounded(bytes: Uint8Array, deepest: number): unknown {
  if (depthOf(bytes) > deepest) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return null;
  }
}

/** Deepest nesting of brackets outside strings. */
function depthOf(bytes: Uint8Array): number {
  const [quote, backslash, open, close, openList, closeList] = [...'"\\{}[]'].map((character) => character.charCodeAt(0));
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === open || byte === openList) deepest = Math.max(deepest, ++depth);
    else if (byte === close || byte === closeList) depth--;
  }
  return deepest;
}
