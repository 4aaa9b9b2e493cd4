/**
 * A canvas whose 2D context writes SVG: the same drawings as on the screen, as lines and text instead of pixels. It knows the part of the context that drawings
 * use (`Canvas2D`), with the colours as text; a transform must not change in the middle of a path.
 */
import type { Canvas, Canvas2D } from 'wasmeta';

interface State {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  font: string;
  textAlign: string;
  textBaseline: string;
  globalAlpha: number;
  dash: readonly number[];
  transform: string;
  clip: string;
}

const first: State = {
  fillStyle: '#000',
  strokeStyle: '#000',
  lineWidth: 1,
  lineCap: 'butt',
  lineJoin: 'miter',
  font: '10px sans-serif',
  textAlign: 'start',
  textBaseline: 'alphabetic',
  globalAlpha: 1,
  dash: [],
  transform: '',
  clip: '',
};
const settable = [
  'fillStyle',
  'strokeStyle',
  'lineWidth',
  'lineCap',
  'lineJoin',
  'font',
  'textAlign',
  'textBaseline',
  'globalAlpha',
] as const;
const anchors: Readonly<Record<string, string>> = { center: 'middle', right: 'end', end: 'end' };
const baselines: Readonly<Record<string, string>> = { top: 'hanging', hanging: 'hanging', middle: 'central', bottom: 'text-after-edge' };

const number = (x: number) => `${Math.round(x * 1000) / 1000}`;
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const attributes = (fields: Readonly<Record<string, string | number | undefined>>) =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => ` ${name}="${escaped(typeof value === 'number' ? number(value) : `${value}`)}"`)
    .join('');

/** `svg(title)` is the picture that was drawn; readers of screens read the title. */
export function svgCanvas(width: number, height: number): Canvas & { svg(title: string): string } {
  let now: State = { ...first };
  const stack: State[] = [];
  const body: string[] = [];
  const clips: string[] = [];
  let path = '';

  const place = () => ({ transform: now.transform, opacity: now.globalAlpha < 1 ? now.globalAlpha : '' });
  // A clip stands on a group around the element: the element's own transform would move it.
  const put = (element: string) => void body.push(now.clip === '' ? element : `<g clip-path="url(#${now.clip})">${element}</g>`);
  const inked = () => ({
    fill: 'none',
    stroke: now.strokeStyle,
    'stroke-width': now.lineWidth,
    'stroke-linecap': now.lineCap === 'butt' ? '' : now.lineCap,
    'stroke-linejoin': now.lineJoin === 'miter' ? '' : now.lineJoin,
    'stroke-dasharray': now.dash.map(number).join(' '),
  });
  const add = (tag: string, fields: Readonly<Record<string, string | number>>) => put(`<${tag}${attributes({ ...fields, ...place() })}/>`);
  const box = (x: number, y: number, wide: number, tall: number) => ({ x, y, width: wide, height: tall });

  const methods = {
    save: () => void stack.push({ ...now }),
    restore: () => {
      now = stack.pop() ?? now;
    },
    setTransform: (...m: number[]) => {
      now.transform = m.join() === '1,0,0,1,0,0' ? '' : `matrix(${m.map(number).join(' ')})`;
    },
    beginPath: () => {
      path = '';
    },
    closePath: () => {
      path += 'Z';
    },
    moveTo: (x: number, y: number) => {
      path += `M${number(x)} ${number(y)}`;
    },
    lineTo: (x: number, y: number) => {
      path += `${path === '' ? 'M' : 'L'}${number(x)} ${number(y)}`;
    },
    arc: (x: number, y: number, r: number, from: number, to: number, backwards = false) => {
      const whole = 2 * Math.PI;
      let turn = backwards ? from - to : to - from;
      turn = turn >= whole ? whole : ((turn % whole) + whole) % whole;
      const at = (angle: number) => `${number(x + r * Math.cos(angle))} ${number(y + r * Math.sin(angle))}`;
      const way = backwards ? -1 : 1;
      path += `${path === '' ? 'M' : 'L'}${at(from)}`;
      // Two halves: an arc from a point to itself would be none.
      for (const part of [0.5, 1]) path += `A${number(r)} ${number(r)} 0 0 ${backwards ? 0 : 1} ${at(from + way * part * turn)}`;
    },
    rect: (x: number, y: number, wide: number, tall: number) => {
      path += `M${number(x)} ${number(y)}h${number(wide)}v${number(tall)}h${number(-wide)}Z`;
    },
    clip: () => {
      const id = `c${clips.length}`;
      clips.push(
        `<clipPath${attributes({ id, 'clip-path': now.clip && `url(#${now.clip})` })}><path${attributes({ d: path, transform: now.transform })}/></clipPath>`,
      );
      now.clip = id;
    },
    fill: () => path !== '' && add('path', { d: path, fill: now.fillStyle }),
    stroke: () => path !== '' && add('path', { d: path, ...inked() }),
    fillRect: (...area: [number, number, number, number]) => add('rect', { ...box(...area), fill: now.fillStyle }),
    strokeRect: (...area: [number, number, number, number]) => add('rect', { ...box(...area), ...inked() }),
    fillText: (text: string, x: number, y: number) => {
      const [, weight = '', size = '10', family = 'sans-serif'] = /^(.*?)\s*([\d.]+)px\s+(.*)$/.exec(now.font) ?? [];
      const look = { 'font-size': size, 'font-family': family, 'font-weight': weight };
      const lie = { 'text-anchor': anchors[now.textAlign] ?? '', 'dominant-baseline': baselines[now.textBaseline] ?? '' };
      put(`<text${attributes({ x, y, fill: now.fillStyle, ...look, ...lie, ...place() })}>${escaped(text)}</text>`);
    },
    setLineDash: (dash: readonly number[]) => {
      now.dash = dash;
    },
  };
  const context = Object.defineProperties(
    { ...methods },
    Object.fromEntries(
      settable.map((name) => {
        const set = (value: unknown) => {
          now = { ...now, [name]: typeof value === 'object' ? first[name] : value };
        };
        return [name, { get: () => now[name], set }];
      }),
    ),
  ) as unknown as Canvas2D; // a context has many members more, which drawings do not use
  return {
    width,
    height,
    getContext: () => context,
    svg: (title) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"><title>${escaped(title)}</title>${
        clips.length > 0 ? `<defs>${clips.join('')}</defs>` : ''
      }${body.join('')}</svg>`,
  };
}
