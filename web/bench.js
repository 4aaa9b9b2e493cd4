/** The benchmark page: choices in, rows out as they are measured. `?env=…&preset=…&policy=…&name=…&batches=…&workers=…&runs=…` fills in the form; `&start` begins at once. */
import { benchBatches, benchFamilies, benchNames, loadEnv, runBenchmarks } from 'wasmeta/bench';

const form = element('form', HTMLFormElement);
const [nameField, batchField] = ['name', 'batches'].map((id) => element(id, HTMLSelectElement));
const [workersField, runsField, envField, presetField, policyField] = ['workers', 'runs', 'env', 'preset', 'policy'].map((id) =>
  element(id, HTMLInputElement),
);
const [start, copy] = ['start', 'copy'].map((id) => element(id, HTMLButtonElement));
const [status, body, machine] = ['status', 'rows', 'machine'].map((id) => element(id, HTMLElement));
/** @type {import('wasmeta/bench').BenchRow[]} */
let rows = [];

element('families', HTMLDataListElement).append(...benchFamilies().map((id) => new Option(id)));
envField.value = benchFamilies()[0];
const groups = [...new Set(benchNames().map((name) => `${name.slice(0, name.indexOf('/'))}/`))];
fill(nameField, [['', 'all'], ...groups.map((group) => [group, `all of ${group}`]), ...benchNames().map((name) => [name, name])]);
fill(batchField, [
  [benchBatches.join(','), `${benchBatches[0]} – ${benchBatches.at(-1)}`],
  ...benchBatches.map((batch) => [String(batch), String(batch)]),
]);
workersField.value = [...new Set([1, Math.min(2, navigator.hardwareConcurrency)])].join(', ');
machine.textContent = `${navigator.hardwareConcurrency} logical processors · ${globalThis.crossOriginIsolated ? '' : 'not '}cross-origin isolated · ${navigator.userAgent}`;

const asked = new URLSearchParams(location.search);
for (const field of [nameField, batchField, workersField, runsField, envField, presetField, policyField])
  choose(field, asked.get(field.id));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void measure();
});
copy.addEventListener('click', copyRows);
if (asked.has('start')) void measure();

/**
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type
 */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`the page has no ${type.name} "${id}"`);
  return found;
}

async function measure() {
  rows = [];
  body.replaceChildren();
  busy(true);
  const began = performance.now();
  say('Measuring; the first row takes a moment.');
  try {
    const envs = await environments();
    const numbers = (text) => text.split(',').map((part) => positive(part));
    await runBenchmarks({
      name: nameField.value === '' ? undefined : nameField.value,
      ...(envs && { envs }),
      policies: policyField.value.split(',').map((part) => part.trim()),
      batches: numbers(batchField.value),
      workers: numbers(workersField.value),
      runs: positive(runsField.value),
      onRow(row) {
        rows.push(row);
        body.append(rowElement(row, rows.at(-2)));
        say(`${count(rows)} after ${((performance.now() - began) / 1000).toFixed(0)} s, the last: ${row.name}`);
      },
    });
    say(`${count(rows)} in ${((performance.now() - began) / 1000).toFixed(0)} s.`);
    document.documentElement.dataset.done = 'true';
  } catch (error) {
    const { code, name, message } = /** @type {Error & { code?: string }} */ (error);
    say(`${code ?? name}: ${message}`, true);
    document.documentElement.dataset.done = 'failed';
  } finally {
    busy(false);
  }
}

/** None for all families, and for rows of the learner. An address is that of a user's own file, which is loaded. */
async function environments() {
  const env = envField.value.trim();
  if (env === '' || /^(?:kernel|learn)\//.test(nameField.value)) return undefined;
  const id = /[/\\.]/.test(env) ? (await loadEnv(new URL(env, location.href))).id : env;
  return [{ id, ...(presetField.value.trim() !== '' && { preset: presetField.value.trim() }) }];
}

function positive(text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`expected whole numbers from 1, got "${String(text).trim()}"`);
  return value;
}

function count({ length }) {
  return `${length} ${length === 1 ? 'row' : 'rows'}`;
}

function busy(working) {
  start.disabled = working;
  copy.disabled = working || rows.length === 0;
}

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle('bad', bad);
}

/** Step rates in millions, all else as it is, with three digits. */
function shown(value, unit) {
  return Number((unit === 'steps/s' ? value / 1e6 : value).toPrecision(3)).toLocaleString('en');
}

function rowElement(row, before) {
  const line = document.createElement('tr');
  if (before?.name !== row.name) line.className = 'group';
  const cell = (text, className = '', tag = 'td') => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = className;
    line.append(made);
    return made;
  };
  cell(row.name, '', 'th').setAttribute('scope', 'row');
  cell(row.workers === 0 ? '–' : String(row.workers));
  cell(row.batch.toLocaleString('en'));
  cell(shown(row.value, row.unit), 'median');
  cell(row.unit === 'steps/s' ? 'M steps/s' : row.unit, 'unit');
  cell(`${shown(row.min, row.unit)} – ${shown(row.max, row.unit)}`);
  cell(row.plain === undefined ? '' : shown(row.plain, row.unit));
  cell(row.faster === undefined ? '' : `${row.faster.toFixed(1)} ×`);
  return line;
}

/** The very document of `wasmeta bench --json`. */
async function copyRows() {
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

function fill(select, choices) {
  for (const [value, text] of choices) select.append(new Option(text, value));
}

function choose(field, value) {
  if (value === null) return;
  if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value))
    field.append(new Option(value, value));
  field.value = value;
}
