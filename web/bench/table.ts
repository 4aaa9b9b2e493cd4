/** What was measured, a line a row, with a bar beside its number: as long as the number is, of the largest of its kind. */
import type { BenchRow } from 'wasmeta/bench';
import { bar, cell, withDigits } from './cells.ts';

export class Table {
  readonly #body: HTMLTableSectionElement;

  constructor(body: HTMLTableSectionElement) {
    this.#body = body;
  }

  clear(): void {
    this.#body.replaceChildren();
  }

  /** All rows anew: the newest may be the largest, and bars are shares of that. */
  show(rows: readonly BenchRow[]): void {
    const largest = new Map<string, number>();
    for (const row of rows) largest.set(kindOf(row), Math.max(largest.get(kindOf(row)) ?? 0, row.value));
    this.#body.replaceChildren(...rows.map((row, i) => lineOf(row, rows[i - 1], row.value / (largest.get(kindOf(row)) as number))));
  }
}

/** Rows whose numbers can stand beside each other: steps of stepping, of rollouts, of training; milliseconds of the learner's parts. */
const kindOf = ({ name, unit }: BenchRow) => `${name.slice(0, name.indexOf('/'))} ${unit}`;

/** Step rates in millions, all else as it is. */
const shown = (value: number, unit: string) => withDigits(unit === 'steps/s' ? value / 1e6 : value);

function lineOf(row: BenchRow, before: BenchRow | undefined, share: number): HTMLTableRowElement {
  const { name, workers, batch, value, unit, min, max, plain, faster } = row;
  const line = document.createElement('tr');
  if (before?.name !== name) line.className = 'group';
  const heading = cell(name, '', 'th');
  heading.setAttribute('scope', 'row');
  line.append(
    heading,
    cell(workers === 0 ? '–' : String(workers)),
    cell(batch.toLocaleString('en')),
    cell(shown(value, unit), 'median'),
    cell(unit === 'steps/s' ? 'M steps/s' : unit, 'unit'),
    bar(share),
    cell(`${shown(min, unit)} – ${shown(max, unit)}`),
    cell(plain === undefined ? '' : shown(plain, unit)),
    cell(faster === undefined ? '' : `${faster.toFixed(1)} ×`),
  );
  return line;
}
