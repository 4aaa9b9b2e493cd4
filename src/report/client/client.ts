/** Runs in a report's page: draws its figures from the embedded data, and again when the page's width changes. */

import type { ReportData } from '../data.ts';
import { adaptationChart, learningChart } from './charts.ts';
import { trialPanels } from './paths.ts';
import { bodyStrips } from './strips.ts';

const data = JSON.parse(document.getElementById('report-data')?.textContent ?? '') as ReportData;

const figures: Readonly<Record<string, (width: number) => Node[]>> = {
  adaptation: (width) => adaptationChart(data.adaptation, width),
  trials: (width) => (data.env.body ? bodyStrips(data, width) : trialPanels(data, width)),
  learning: (width) => learningChart(data, width),
};

function draw(id: string, element: HTMLElement): void {
  try {
    element.replaceChildren(...figures[id](Math.max(240, Math.floor(element.clientWidth))));
  } catch (error) {
    // If one figure fails, the others are still drawn; the table of the failed one holds its numbers.
    element.textContent = `The figure can't be drawn: ${(error as Error).message}`;
  }
}

for (const id of Object.keys(figures)) {
  const element = document.getElementById(id);
  if (element === null) continue;
  let width = element.clientWidth;
  draw(id, element);
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    draw(id, element);
  }).observe(element);
}
