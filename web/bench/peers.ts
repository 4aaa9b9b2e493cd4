/** Others' speed beside ours, from docs/results/peers.json: measured elsewhere, on the machine that is named, never on this one. */
import { command, date, machine, rows } from '../../docs/results/peers.json';
import { bar, cell, withDigits } from './cells.ts';

export function showPeers(section: HTMLElement): void {
  const about = section.querySelector('p') as HTMLElement;
  about.textContent = `Not measured here: one core of ${machine}, ${date}, by ${command}, both of a pair in turns in one run. × says how many times as fast ours was.`;
  const body = section.querySelector('tbody') as HTMLElement;
  for (const { title, work, rate, peers } of rows) {
    if (rate === null) continue;
    const fastest = Math.max(rate, ...peers.map((peer) => peer.rate));
    const lines = [{ peer: 'wasmeta', rate, ratio: null }, ...peers].map(({ peer, rate: theirs, ratio }, i) => {
      const line = document.createElement('tr');
      if (i === 0) line.className = 'group';
      const heading = cell(i === 0 ? title : '', '', 'th');
      heading.setAttribute('scope', 'row');
      line.append(
        i === 0 ? heading : cell(''),
        cell(peer, 'unit'),
        cell(shown(theirs), 'median'),
        cell(`${theirs >= 1e6 ? 'M ' : theirs >= 1e3 ? 'k ' : ''}${work}/s`, 'unit'),
        bar(theirs / fastest, i === 0 ? '' : 'other'),
        cell(ratio === null ? '' : `${withDigits(ratio)} ×`),
      );
      return line;
    });
    body.append(...lines);
  }
}

const shown = (rate: number) => withDigits(rate >= 1e6 ? rate / 1e6 : rate >= 1e3 ? rate / 1e3 : rate);
