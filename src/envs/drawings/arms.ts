/** Arms to pull: how often each was pulled in this trial, the share of pulls that paid, and the hidden chance as a mark. */
import { type Drawing, disc, drawGhosts, font, type View } from './drawing.ts';

const side = 8; // px beside the first and the last arm
const foot = 26; // px below the bars, for counts
const head = 10; // px above them

interface Arm {
  pulls: number;
  paid: number;
}

function armsOf({ past, task }: Pick<View, 'past' | 'task'>): { arms: Arm[]; last: number } {
  const arms = Array.from({ length: task.length }, (): Arm => ({ pulls: 0, paid: 0 }));
  let last = -1;
  for (const episode of past)
    for (const { action, reward } of episode) {
      if (action === null) continue;
      last = action[0];
      arms[last].pulls++;
      arms[last].paid += reward ?? 0;
    }
  return { arms, last };
}

export function armDrawing<Config>(): Drawing<Config> {
  return {
    draw(context, view) {
      const { colours, width, height, task } = view;
      const { arms, last } = armsOf(view);
      const each = (width - 2 * side) / arms.length;
      const tall = height - head - foot;
      const base = height - foot;
      const inset = Math.min(10, each * 0.16);
      context.textAlign = 'center';
      context.textBaseline = 'top';
      context.font = font(Math.min(13, Math.max(8, each / 3)));
      arms.forEach(({ pulls, paid }, arm) => {
        const left = side + arm * each + inset;
        const wide = each - 2 * inset;
        context.fillStyle = colours.faint;
        context.fillRect(left, head, wide, tall);
        if (pulls > 0) {
          const share = Math.min(1, Math.max(0, paid / pulls));
          context.fillStyle = arm === last ? colours.agent : colours.soft;
          context.globalAlpha = arm === last ? 1 : 0.65;
          context.fillRect(left, base - Math.max(1.5, share * tall), wide, Math.max(1.5, share * tall));
          context.globalAlpha = 1;
        }
        context.fillStyle = colours.goal;
        context.fillRect(left - inset / 2, base - task[arm] * tall - 1.5, wide + inset, 3);
        if (each < 14) return;
        context.fillStyle = arm === last ? colours.ink : colours.soft;
        context.fillText(`${pulls}`, left + wide / 2, base + 6);
      });
      // What ghosts pulled last.
      drawGhosts(context, view, ({ episode }, g) => {
        const arm = episode.at(-1)?.action?.[0];
        if (arm === undefined) return;
        disc(context, side + (arm + 0.5) * each, head + 8 + 12 * g, Math.min(5, each / 4));
        context.fill();
      });
    },

    taskAt({ width, height, task }, x, y) {
      const arm = Math.floor(((x - side) / (width - 2 * side)) * task.length);
      if (arm < 0 || arm >= task.length) return null;
      const chance = Math.min(1, Math.max(0, (height - foot - y) / (height - head - foot)));
      return Array.from(task, (p, i) => (i === arm ? chance : p));
    },

    describe(view) {
      const { arms, last } = armsOf(view);
      const counts = arms.map(({ pulls, paid }, arm) => `arm ${arm}: ${pulls} pulls, ${paid} paid`).slice(0, 10);
      return `${counts.join('; ')}${last < 0 ? '' : `; the last pull was of arm ${last}`}`;
    },
  };
}
