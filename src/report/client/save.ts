/** Buttons that save a figure as one SVG file that stands alone, and its data as CSV. Both are made in the page: nothing is asked of a network. */
import { svgElement } from './legend.ts';

export function saveButtons(figure: HTMLElement, name: string, csv: () => string): HTMLElement {
  const row = document.createElement('p');
  row.className = 'save';
  row.append(
    button(`Save ${name} as SVG`, 'Save SVG', () => save(`${name}.svg`, 'image/svg+xml', standaloneSvg(figure))),
    button(`Save the data of ${name} as CSV`, 'Save CSV', () => save(`${name}.csv`, 'text/csv', csv())),
  );
  return row;
}

function button(label: string, text: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.setAttribute('aria-label', label);
  element.addEventListener('click', onClick);
  return element;
}

function save(file: string, type: string, content: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  link.download = file;
  link.click();
  // Some browsers read the file only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A figure may be several drawings with legends and captions around them: each drawing and each word stands where the page has it. */
export function standaloneSvg(figure: HTMLElement): string {
  const area = figure.getBoundingClientRect();
  const [width, height] = [Math.ceil(area.width), Math.ceil(area.height)];
  const { color, fontFamily } = getComputedStyle(figure);
  const svg = svgElement('svg', { width, height, viewBox: `0 0 ${width} ${height}`, color, 'font-family': fontFamily });
  svg.append(svgElement('rect', { width, height, fill: 'var(--paper)' }));
  for (const drawing of figure.querySelectorAll('svg')) {
    if (drawing.parentElement?.closest('svg')) continue;
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    const at = drawing.getBoundingClientRect();
    if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${at.width} ${at.height}`);
    for (const [key, value] of Object.entries({ x: at.left - area.left, y: at.top - area.top, width: at.width, height: at.height }))
      copy.setAttribute(key, value.toFixed(1));
    svg.append(copy);
  }
  svg.append(...wordsOf(figure, area));
  return withoutVariables(new XMLSerializer().serializeToString(svg));
}

/** Word by word, because a text of the page may wrap. */
function wordsOf(figure: HTMLElement, area: DOMRect): SVGTextElement[] {
  const words: SVGTextElement[] = [];
  const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    const parent = node.parentElement as HTMLElement;
    if (parent.closest('svg')) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(parent);
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const { left, top, height } = range.getBoundingClientRect();
      const [x, y] = [(left - area.left).toFixed(1), (top - area.top + 0.77 * height).toFixed(1)];
      const element = svgElement('text', { x, y, fill: color, 'font-size': fontSize, 'font-weight': fontWeight });
      element.textContent = word;
      words.push(element);
    }
  }
  return words;
}

/** Colours as other programs read them: the page's variables and mixtures become plain numbers. */
function withoutVariables(text: string): string {
  const style = getComputedStyle(document.documentElement);
  const plain = text.replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim() || 'none');
  return plain.replace(/color-mix\([^()]*\)/g, asRgb);
}

function asRgb(color: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (context === null) return color;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
