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

const margin = 12; // px

/** A figure may be several drawings with legends and captions around them: each drawing and each word stands where the page has it. */
function standaloneSvg(figure: HTMLElement): string {
  const area = figure.getBoundingClientRect();
  const { color, fontFamily } = getComputedStyle(figure);
  const drawings = [...figure.querySelectorAll('svg')].filter((drawing) => !drawing.parentElement?.closest('svg'));
  const parts = drawings.map((drawing) => drawing.getBoundingClientRect());
  const words = wordsOf(figure, area);
  // As wide as what it holds: a chart of few bars is narrower than the page.
  const right = Math.max(...parts.map((part) => part.right - area.left), ...words.map((word) => word.right));
  const [width, height] = [Math.ceil(right) + 2 * margin, Math.ceil(area.height) + 2 * margin];
  const box = { x: -margin, y: -margin, width, height };
  const svg = svgElement('svg', { width, height, viewBox: Object.values(box).join(' '), color, 'font-family': fontFamily });
  svg.append(svgElement('rect', { ...box, fill: 'var(--paper)' }));
  drawings.forEach((drawing, i) => {
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    const at = parts[i];
    if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${at.width} ${at.height}`);
    for (const [key, value] of Object.entries({ x: at.left - area.left, y: at.top - area.top, width: at.width, height: at.height }))
      copy.setAttribute(key, value.toFixed(1));
    svg.append(copy);
  });
  svg.append(...words.map(({ element }) => element));
  return withoutVariables(new XMLSerializer().serializeToString(svg));
}

/** Word by word, because a text of the page may wrap. */
function wordsOf(figure: HTMLElement, area: DOMRect): { element: SVGTextElement; right: number }[] {
  const words: { element: SVGTextElement; right: number }[] = [];
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
      const { left, right, top, height } = range.getBoundingClientRect();
      const [x, y] = [(left - area.left).toFixed(1), (top - area.top + 0.77 * height).toFixed(1)];
      const element = svgElement('text', { x, y, fill: color, 'font-size': fontSize, 'font-weight': fontWeight });
      element.textContent = word;
      words.push({ element, right: right - area.left });
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
