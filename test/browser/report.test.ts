/// <reference types="vite/client" />
/** A report's page in a browser: figures, files that are saved, and the player, without any request. */
import { expect, test } from 'vitest';
import client from '../../build/report-client.js?raw';
import { resolveEnv } from '../../src/envs/registry.ts';
import type { ReportData } from '../../src/report/data.ts';
import { reportEnv } from '../../src/report/env.ts';
import { renderReport } from '../../src/report/report.ts';

const film = { task: [0, 1], episodes: [0, 1].map(() => [[0, 0], ...Array.from({ length: 5 }, (_, t) => [0.1 * t, 0.1, 1, 0, 0.5])]) };
const trial = { task: [0, 1] as const, tolerance: 0.2, episodes: [[[0, 0] as const, [0.1, 0.1] as const]], film, returns: [2.5, 2.5] };
const policy = (name: string, mean: number[]) => ({
  name,
  mean,
  stderr: mean.map(() => 1),
  ci95: mean.map((m) => [m - 2, m + 2] as const),
  iqm: mean,
});
const rest = { tasks: 10, oracle: null, adapts: true, trials: [trial] };
const data: ReportData = {
  title: 'a report',
  subtitle: '',
  version: '0',
  runs: [],
  seconds: 1,
  steps: 1,
  notes: [],
  env: reportEnv(resolveEnv('PointMass-v0')),
  learning: [{ name: 'RL²', between: 'episodes', points: [1, 2, 3].map((i) => ({ steps: 10 * i, first: -i, last: i, mean: 0 })) }],
  panels: [
    { ...rest, axis: 'episode', random: [1, 1], policies: [policy('RL²', [5, 9])] },
    { ...rest, axis: 'step', random: [-60, -50], policies: [policy('MAML', [-40, -10])], trials: [] },
  ],
};

async function open(): Promise<Document> {
  const frame = document.createElement('iframe');
  frame.style.cssText = 'width: 900px; height: 900px';
  frame.srcdoc = renderReport(data, client);
  const loaded = new Promise((done) => frame.addEventListener('load', done));
  document.body.append(frame);
  await loaded;
  return frame.contentDocument as Document;
}

const press = (page: Document, target: Element, key: string) =>
  target.dispatchEvent(
    new (page.defaultView as Window & typeof globalThis).KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
  );

test('draws every figure, bars for returns above 0 and dots for those below', async () => {
  const page = await open();
  const marks = (id: string, shape: string) => page.querySelectorAll(`#${id} [aria-label="${shape}"] > *`).length;
  expect([marks('returns-0', 'bar'), marks('returns-0', 'dot')]).toEqual([2, 0]);
  expect([marks('returns-1', 'bar'), marks('returns-1', 'dot')]).toEqual([0, 2]);
  expect(page.body.innerText).not.toMatch(/can't be (drawn|shown)/);
});

test('numbers stand above the frame, where no line strikes them through', async () => {
  const page = await open();
  for (const id of ['returns-0', 'returns-1']) {
    const bottoms = [...page.querySelectorAll(`#${id} text[font-weight="600"], #${id} [font-weight="600"] text`)].map(
      (t) => t.getBoundingClientRect().bottom,
    );
    const lines = [...page.querySelectorAll(`#${id} [aria-label="rule"] > *, #${id} [aria-label="y-grid"] > *`)].map(
      (line) => line.getBoundingClientRect().top,
    );
    expect(bottoms.length).toBeGreaterThan(0);
    expect(Math.max(...bottoms)).toBeLessThan(Math.min(...lines) + 1);
  }
});

test('saves a figure as SVG that stands alone, and its data', async () => {
  const page = await open();
  const window = page.defaultView as Window & typeof globalThis;
  const saved: { name: string; blob: Blob }[] = [];
  let last: Blob | undefined;
  window.URL.createObjectURL = (blob) => {
    last = blob as Blob;
    return 'about:blank';
  };
  window.HTMLAnchorElement.prototype.click = function click() {
    saved.push({ name: this.download, blob: last as Blob });
  };
  for (const button of page.querySelectorAll<HTMLButtonElement>('.save button')) button.click();
  const figures = ['returns-0', 'trials-0', 'returns-1', 'learning'];
  expect(saved.map(({ name }) => name).sort()).toEqual(figures.flatMap((name) => [`${name}.csv`, `${name}.svg`]).sort());
  for (const { name, blob } of saved) {
    const text = await blob.text();
    if (name.endsWith('.csv')) {
      expect(text).toMatch(/^(policy|trial|run),/);
      continue;
    }
    const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    expect(root.nodeName).toBe('svg');
    expect(text).not.toMatch(/var\(--|color-mix/);
    expect(root.querySelectorAll('svg').length).toBeGreaterThan(0);
  }
  expect(await saved.find(({ name }) => name === 'returns-0.csv')?.blob.text()).toContain('RL²,episode 2,9,1,7,11,9,10');
});

test('the player goes moment by moment, plays and pauses, by keyboard too', async () => {
  const page = await open();
  const player = page.querySelector('.player') as HTMLElement;
  const slider = player.querySelector('input') as HTMLInputElement;
  const button = player.querySelector('button') as HTMLButtonElement;
  const words = player.querySelector('p') as HTMLElement;
  if (button.textContent === 'Pause') button.click();
  press(page, player, 'Home');
  expect([slider.value, slider.max]).toEqual(['0', '11']);
  expect(words.textContent).toMatch(/^episode 1, step 0: .* 0\.00 earned in this/);
  press(page, player, 'ArrowRight');
  press(page, player, 'ArrowRight');
  expect(words.textContent).toMatch(/^episode 1, step 2: .* 1\.00 earned in this/);
  press(page, player, 'End');
  expect(words.textContent).toMatch(/^episode 2, step 5: .* 2\.50 earned in this/);
  press(page, player, ' ');
  expect([button.textContent, slider.value]).toEqual(['Pause', '0']);
  await expect.poll(() => Number(slider.value), { timeout: 60_000 }).toBeGreaterThan(2);
  press(page, player, ' ');
  expect(button.textContent).toBe('Play');
});
