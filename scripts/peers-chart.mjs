/** The bar chart of docs/results/peers.json as SVG: one bar a peer, from 1 × to how many times faster ours is, on a log axis; in light and dark. */

const width = 860;
const left = 290;
const right = 80;
const [top, rowHeight, gap, foot] = [72, 22, 12, 46];
const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const fixed = (x) => Number(x.toFixed(1));
const text = (x, y, words, attributes = '') => `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escaped(words)}</text>`;

/** "12 ×": as many digits as the spread of the rounds bears. */
export const times = (ratio) => `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(ratio >= 2 ? 1 : 2)} ×`;

const style = `
text { font: 13px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 } .work { font-weight: 600 } .small { font-size: 12px }
.quiet { fill: #59636e } .card { fill: #ffffff; stroke: #d1d9e0 } .grid { stroke: #e3e8ed } .one { stroke: #59636e }
.faster { fill: #2f6fd0 } .slower { fill: #c2571a } .spread { stroke: #1f2328; stroke-opacity: 0.55; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .quiet { fill: #9aa4af } .card { fill: #0d1117; stroke: #3d444d } .grid { stroke: #262c34 } .one { stroke: #9aa4af }
.faster { fill: #5b9bf3 } .slower { fill: #ee8a4a } .spread { stroke: #e6edf3 }
}`;

/** @returns {string} an SVG document */
export function chartOf({ rows, machine, date }) {
  const shown = rows.filter(({ peers }) => peers.length > 0);
  const bars = shown.flatMap(({ peers }) => peers);
  // A single slow round does not stretch the axis: its line is cut at the edge, and the table has the number.
  const lowest = Math.min(1, ...bars.map(({ ratio }) => ratio / 1.5));
  const highest = Math.max(10, ...bars.map(({ ratio }) => ratio * 1.5));
  const [from, to] = [Math.log(lowest), Math.log(highest)];
  const at = (ratio) => left + Math.min(1, Math.max(0, (Math.log(ratio) - from) / (to - from))) * (width - left - right);

  const body = [];
  let y = top;
  for (const { title, peers } of shown) {
    body.push(text(16, y + 15, title, 'class="work"'));
    for (const { peer, ratio, lowest: low, highest: high } of peers) {
      const [a, b] = [Math.min(at(1), at(ratio)), Math.max(at(1), at(ratio))];
      const middle = fixed(y + rowHeight / 2);
      body.push(
        text(left - 10, y + 15, peer, 'text-anchor="end" class="quiet"'),
        `<rect x="${fixed(a)}" y="${y + 3}" width="${fixed(Math.max(1, b - a))}" height="${rowHeight - 6}" rx="2" class="${ratio < 1 ? 'slower' : 'faster'}"/>`,
        `<path d="M${fixed(at(low))} ${middle}H${fixed(at(high))}" class="spread"/>`,
        text(Math.max(at(high), at(1)) + 7, y + 15, times(ratio)),
      );
      y += rowHeight;
    }
    y += gap;
  }
  const bottom = y - gap + 4;
  const seen = ticks.filter((tick) => Math.log(tick) > from && Math.log(tick) < to);
  const grid = seen.flatMap((tick) => [
    `<path d="M${fixed(at(tick))} ${top - 6}V${bottom}" class="${tick === 1 ? 'one' : 'grid'}"/>`,
    text(at(tick), bottom + 16, `${tick}`, 'text-anchor="middle" class="quiet small"'),
  ]);
  const height = bottom + foot;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>How many times faster wasmeta is than others</title>`,
    `<style>${style}\n</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" class="card"/>`,
    text(16, 28, 'How many times faster wasmeta is than …', 'class="title"'),
    text(
      16,
      48,
      'the same work on one core, in turns within one run; right of 1 × wasmeta is faster; lines: all rounds',
      'class="quiet small"',
    ),
    ...grid,
    ...body,
    text(16, height - 12, `${machine}, ${date}`, 'class="quiet small"'),
    '</svg>',
    '',
  ].join('\n');
}
