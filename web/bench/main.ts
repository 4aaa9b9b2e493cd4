/** The benchmark page: choices in, rows out as they are measured. `?env=…&preset=…&policy=…&name=…&batches=…&workers=…&runs=…` fills in the form; `&start` begins at once. */
import { type BenchRow, benchBatches, benchFamilies, benchNames, loadEnv, runBenchmarks } from 'wasmeta/bench';
import { showPeers } from './peers.ts';
import { Table } from './table.ts';

const form = element('form', HTMLFormElement);
const [nameField, batchField] = [select('name'), select('batches')];
const [workersField, runsField, envField, presetField, policyField] = ['workers', 'runs', 'env', 'preset', 'policy'].map((id) =>
  element(id, HTMLInputElement),
);
const [start, copy] = [element('start', HTMLButtonElement), element('copy', HTMLButtonElement)];
const status = element('status', HTMLElement);
const table = new Table(element('rows', HTMLTableSectionElement));
let rows: BenchRow[] = [];

element('families', HTMLDataListElement).append(...benchFamilies().map((id) => new Option(id)));
envField.value = benchFamilies()[0];
const groups = [...new Set(benchNames().map((name) => `${name.slice(0, name.indexOf('/'))}/`))];
fill(nameField, [
  ['', 'all'],
  ...groups.map((group) => [group, `all of ${group}`] as const),
  ...benchNames().map((name) => [name, name] as const),
]);
fill(batchField, [
  [benchBatches.join(','), `${benchBatches[0]} – ${benchBatches.at(-1)}`],
  ...benchBatches.map((batch) => [String(batch), String(batch)] as const),
]);
workersField.value = [...new Set([1, Math.min(2, navigator.hardwareConcurrency)])].join(', ');
element('machine', HTMLElement).textContent = `This machine: ${machine()}`;
showPeers(element('peers', HTMLElement));

const asked = new URLSearchParams(location.search);
for (const field of [nameField, batchField, workersField, runsField, envField, presetField, policyField])
  choose(field, asked.get(field.id));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void measure();
});
copy.addEventListener('click', () => void copyRows());
if (asked.has('start')) void measure();

function element<E extends HTMLElement>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`the page has no ${type.name} "${id}"`);
  return found;
}

function select(id: string): HTMLSelectElement {
  return element(id, HTMLSelectElement);
}

async function measure(): Promise<void> {
  rows = [];
  table.clear();
  busy(true);
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`;
  say('Measuring; the first row takes a moment.');
  try {
    const envs = await environments();
    const numbers = (text: string) => text.split(',').map((part) => positive(part));
    await runBenchmarks({
      ...(nameField.value !== '' && { name: nameField.value }),
      ...(envs && { envs }),
      policies: policyField.value.split(',').map((part) => part.trim()),
      batches: numbers(batchField.value),
      workers: numbers(workersField.value),
      runs: positive(runsField.value),
      onRow(row) {
        rows.push(row);
        table.show(rows);
        say(`${count(rows)} after ${seconds()}, the last: ${row.name}`);
      },
    });
    say(`${count(rows)} in ${seconds()}.`);
    document.documentElement.dataset.done = 'true';
  } catch (error) {
    const { code, name, message } = error as Error & { code?: string };
    say(`${code ?? name}: ${message}`, true);
    document.documentElement.dataset.done = 'failed';
  } finally {
    busy(false);
  }
}

/** None for all families, and for rows of the learner. An address is that of a user's own file, which is loaded. */
async function environments(): Promise<{ id: string; preset?: string }[] | undefined> {
  const env = envField.value.trim();
  if (env === '' || /^(?:kernel|learn)\//.test(nameField.value)) return undefined;
  const id = /[/\\.]/.test(env) ? (await loadEnv(new URL(env, location.href))).id : env;
  return [{ id, ...(presetField.value.trim() !== '' && { preset: presetField.value.trim() }) }];
}

/** What a browser tells of it. */
function machine(): string {
  const { hardwareConcurrency, userAgent } = navigator;
  return `${hardwareConcurrency} logical processors · ${globalThis.crossOriginIsolated ? '' : 'not '}cross-origin isolated · ${userAgent}`;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`expected whole numbers from 1, got "${text.trim()}"`);
  return value;
}

function count({ length }: { readonly length: number }): string {
  return `${length} ${length === 1 ? 'row' : 'rows'}`;
}

function busy(working: boolean): void {
  start.disabled = working;
  copy.disabled = working || rows.length === 0;
}

function say(text: string, bad = false): void {
  status.textContent = text;
  status.classList.toggle('bad', bad);
}

/** The very document of `wasmeta bench --json`. */
async function copyRows(): Promise<void> {
  const text = JSON.stringify(rows, null, 1);
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy'); // where the clipboard is not allowed (a page without HTTPS)
    area.remove();
    say(copied ? 'Copied.' : 'This browser does not let a page copy.', !copied);
  }
}

function fill(field: HTMLSelectElement, choices: readonly (readonly [value: string, text: string])[]): void {
  for (const [value, text] of choices) field.append(new Option(text, value));
}

function choose(field: HTMLSelectElement | HTMLInputElement, value: string | null): void {
  if (value === null) return;
  if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value))
    field.append(new Option(value, value));
  field.value = value;
}
