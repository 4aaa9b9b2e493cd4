/** Names that others chose, made safe to show: control characters could move a terminal's cursor, hide text, or turn its direction round. */

/** C0 and C1 controls, DEL, line and paragraph separators, marks that change the direction of text, and halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/** The same text with control characters spelled: \u001b for an escape. Line breaks and tabs stay, unless `line` asks for one line. */
export function visible(text: string, line = false): string {
  return text.replace(unseen, (found) =>
    !line && (found === '\n' || found === '\t') ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Plain data with all its texts made visible. */
export function visibleData<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(visibleData) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [visible(key), visibleData(field)])) as T;
}
