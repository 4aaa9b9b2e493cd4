/** Font and legends of all figures of a report. Legends are HTML, so that they wrap like text. */

export const STYLE = { style: { background: 'none', fontFamily: 'inherit', fontSize: '12.5px' } };

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  readonly shape: 'square' | 'line' | 'ring' | 'cross';
  readonly dash?: string;
  readonly width?: number;
}

const SHAPES = { square: 'M6,2H18V14H6Z', line: 'M0,8H24', ring: 'M8,8a4,4 0 1,0 8,0a4,4 0 1,0 -8,0', cross: 'M7,8H17M12,3V13' };

export function legend(entries: readonly LegendEntry[]): HTMLElement {
  const list = document.createElement('ul');
  list.className = 'legend';
  for (const { name, color, shape, dash, width } of entries) {
    const item = document.createElement('li');
    const svg = svgElement('svg', { width: 24, height: 16, 'aria-hidden': 'true' });
    const path = svgElement('path', {
      d: SHAPES[shape],
      stroke: color,
      'stroke-width': width ?? 2,
      fill: shape === 'square' ? color : 'none',
    });
    if (dash !== undefined) path.setAttribute('stroke-dasharray', dash);
    svg.append(path);
    item.append(svg, name);
    list.append(item);
  }
  return list;
}

/** Gives a figure one name for screen readers; the table beside it holds the parts. */
export function image<T extends Element>(chart: T): T {
  chart.setAttribute('role', 'img');
  return chart;
}

export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
