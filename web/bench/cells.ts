/** Cells of both tables: text, and bars. */

export function cell(text: string, className = '', tag: 'td' | 'th' = 'td'): HTMLTableCellElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

/** A bar of a share of the widest one. The number stands beside it, so that readers of screens lose nothing. */
export function bar(share: number, className = ''): HTMLTableCellElement {
  const made = cell('', 'bar');
  const fill = document.createElement('span');
  fill.className = className;
  fill.style.width = `${100 * share}%`;
  made.setAttribute('aria-hidden', 'true');
  made.append(fill);
  return made;
}

/** Three digits. */
export const withDigits = (value: number) => Number(value.toPrecision(3)).toLocaleString('en');
