/** Beliefs over goals that are places in rows, as pictures: for each trial the exact posterior, and below it the belief of the policy's model, step by step. Plain SVG, no script. */
import type { ReportBeliefs } from './data.ts';

const cell = 11;
const gap = 9;
const heading = 84;
const label = 18;

export function beliefFigures({ side: size, goals, steps, trials }: ReportBeliefs): string {
  const side = cell * size;
  const width = heading + steps.length * (side + gap);
  const height = label + 2 * (side + gap);
  return trials
    .map(({ goal, cells, exact, believed, kl }, n) => {
      const rows = [exact, believed].map((chances, row) => {
        const y = label + row * (side + gap);
        const name = `<text x="0" y="${y + side / 2 + 4}" fill="var(--soft)" font-size="13">${row === 0 ? 'exact' : 'believed'}</text>`;
        return name + steps.map((_, i) => grid(heading + i * (side + gap), y, size, goals, chances[i], goal, cells[i])).join('');
      });
      const times = steps
        .map(
          (t, i) =>
            `<text x="${heading + i * (side + gap) + side / 2}" y="11" text-anchor="middle" fill="var(--soft)" font-size="12">${t}</text>`,
        )
        .join('');
      const spoken = `Unseen task ${n + 1}: chances of the goals after ${steps.join(', ')} steps, exact and believed.`;
      return `<figure class="strip"><figcaption><b>Task ${n + 1}</b>, steps along the top; mean KL ${kl.toFixed(2)} nat</figcaption>
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${spoken}">${times}${rows.join('')}</svg></figure>`;
    })
    .join('\n');
}

/** y grows upwards, as in the paths. A cell is darker the more probable it is, by the square root, so that a probability of 1/21 is still visible. */
function grid(
  x: number,
  y: number,
  size: number,
  goals: readonly number[],
  chances: readonly number[],
  goal: number,
  walker: number,
): string {
  const place = (at: number): [number, number] => [x + cell * (at % size), y + cell * (size - 1 - Math.floor(at / size))];
  const squares = goals.map((at, g) => {
    const [left, top] = place(at);
    const opacity = Math.sqrt(chances[g]).toFixed(3);
    return `<rect x="${left}" y="${top}" width="${cell}" height="${cell}" fill="var(--run-1)" fill-opacity="${opacity}"/>`;
  });
  const [gx, gy] = place(goal).map((at) => at + cell / 2);
  const [wx, wy] = place(walker).map((at) => at + cell / 2);
  const cross = `<path d="M${gx - 3.5} ${gy}H${gx + 3.5}M${gx} ${gy - 3.5}V${gy + 3.5}" stroke="var(--goal)" stroke-width="2"/>`;
  const ring = `<circle cx="${wx}" cy="${wy}" r="2.8" fill="var(--paper)" stroke="var(--ink)" stroke-width="1.3"/>`;
  const frame = `<rect x="${x}" y="${y}" width="${cell * size}" height="${cell * size}" fill="none" stroke="var(--line)"/>`;
  return squares.join('') + frame + cross + ring;
}
