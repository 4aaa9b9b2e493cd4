/** Runs in a report's page: draws its figures from the embedded data, and again when the page's width changes. */

import { learningCsv, returnsCsv, trialsCsv } from '../csv.ts';
import type { ReportData } from '../data.ts';
import { learningChart, returnsChart } from './charts.ts';
import { trialPanels } from './paths.ts';
import { player } from './player.ts';
import { saveButtons } from './save.ts';
import { bodyStrips } from './strips.ts';

const data = JSON.parse(document.getElementById('report-data')?.textContent ?? '') as ReportData;

interface Figure {
  draw(width: number): Node[];
  csv(): string;
}

const { env, learning, panels } = data;
const figures: Readonly<Record<string, Figure>> = {
  ...Object.fromEntries(
    panels.flatMap((panel, p): [string, Figure][] => [
      [`returns-${p}`, { draw: (width) => returnsChart(panel, width), csv: () => returnsCsv(panel) }],
      [
        `trials-${p}`,
        {
          draw: (width) => (env.body ? bodyStrips(panel, env.body, width) : trialPanels(panel, env, width)),
          csv: () => trialsCsv(panel),
        },
      ],
    ]),
  ),
  learning: { draw: (width) => learningChart(learning, width), csv: () => learningCsv(learning) },
};

/** Calls `redraw` whenever the figure is given another width. */
function onWidth(element: HTMLElement, redraw: () => void): void {
  let width = element.clientWidth;
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    redraw();
  }).observe(element);
}

/** Says of tables that are wider than the page that they go on at the side. */
for (const element of document.querySelectorAll('.scroll')) {
  const tell = () => element.classList.toggle('more', element.scrollWidth > element.clientWidth + 1);
  tell();
  new ResizeObserver(tell).observe(element);
}

function watch(element: HTMLElement): void {
  try {
    const made = player(data);
    element.replaceChildren(made.element);
    made.resize(element.clientWidth);
    made.playWhenSeen();
    onWidth(element, () => made.resize(element.clientWidth));
  } catch (error) {
    element.textContent = `The player can't be shown: ${(error as Error).message}`;
  }
}

function show(id: string, element: HTMLElement): void {
  try {
    element.replaceChildren(...figures[id].draw(Math.max(240, Math.floor(element.clientWidth))));
  } catch (error) {
    // If one figure fails, the others are still drawn; the table of the failed one holds its numbers.
    element.textContent = `The figure can't be drawn: ${(error as Error).message}`;
  }
}

for (const id of Object.keys(figures)) {
  const element = document.getElementById(id);
  if (element === null) continue;
  show(id, element);
  element.after(saveButtons(element, id, figures[id].csv));
  onWidth(element, () => show(id, element));
}

const watched = document.getElementById('watch');
if (watched !== null) watch(watched);
