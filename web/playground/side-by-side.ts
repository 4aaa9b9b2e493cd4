/** The episodes of a trial in panels of their own, side by side, instead of on top of each other. */
import { type Colours, type GhostScene, renderScene, type Scene, taskAt } from 'wasmeta';

/** Panels that are shown at once, at most. */
const most = 4;
const gap = 8; // px
/** Most scenes are wider than high. */
const wide = 1.6;
const head = 24; // px for the panel's name

interface Panel {
  /** From 0. */
  readonly episode: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Whether a trial of this environment has episodes worth a picture each. */
export const hasPanels = ({ episodes, horizon }: Scene['config']) => episodes > 1 && horizon > 1;

/** The panels of the episodes up to the present one and of those to come, at most four; as large as the picture permits. */
function panelsOf(width: number, height: number, episodes: number, present: number): Panel[] {
  const count = Math.min(most, episodes);
  const first = Math.max(0, Math.min(present - count + 1, episodes - count));
  const sizes = (columns: number) => {
    const rows = Math.ceil(count / columns);
    return { columns, width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows };
  };
  const roomOf = ({ width, height }: { width: number; height: number }) => Math.min(width / wide, height - head);
  const best = Array.from({ length: count }, (_, i) => sizes(i + 1)).reduce((a, b) => (roomOf(b) > roomOf(a) ? b : a));
  return Array.from({ length: count }, (_, i) => ({
    episode: first + i,
    x: (i % best.columns) * (best.width + gap),
    y: Math.floor(i / best.columns) * (best.height + gap),
    width: best.width,
    height: best.height,
  }));
}

/** One episode of a scene as if it were alone; null where it has not begun. */
function episodeOf(scene: Scene, episode: number): Scene | null {
  const moments = scene.past[episode];
  const state = moments?.at(-1)?.state;
  if (moments === undefined || state === undefined) return null;
  return { ...scene, past: [moments], state };
}

interface Drawn {
  readonly colours: Colours;
  readonly ghosts: readonly GhostScene[];
}

const ratioOf = (canvas: HTMLCanvasElement) => canvas.width / Math.max(1, canvas.clientWidth);

export function drawSideBySide(canvas: HTMLCanvasElement, scene: Scene, { colours, ghosts }: Drawn): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = ratioOf(canvas);
  context.fillStyle = colours.line;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const panel of allPanels(canvas, scene)) {
    const [x, y, width, height] = [panel.x, panel.y, panel.width, panel.height].map((px) => Math.round(px * ratio));
    const here = episodeOf(scene, panel.episode);
    context.fillStyle = colours.paper;
    context.fillRect(x, y, width, height);
    context.fillStyle = here === null ? colours.soft : colours.ink;
    context.font = `${13 * ratio}px system-ui, sans-serif`;
    context.textBaseline = 'middle';
    context.fillText(`Episode ${panel.episode + 1}${here === null ? ' is to come' : ''}`, x + 10 * ratio, y + (head / 2) * ratio);
    if (here === null) continue;
    const picture = new OffscreenCanvas(width, Math.max(1, height - Math.round(head * ratio)));
    const beside = ghosts.flatMap(({ scene, colour }) => {
      const ghost = episodeOf(scene, panel.episode);
      return ghost === null ? [] : [{ scene: ghost, colour }];
    });
    renderScene(picture as unknown as HTMLCanvasElement, here, { colours, ghosts: beside, pixelRatio: ratio });
    context.drawImage(picture, x, y + height - picture.height);
  }
}

/** The task [W] that a finger at (x, y) asks for in the panel where it is. */
export function taskInPanel(canvas: HTMLCanvasElement, scene: Scene, x: number, y: number, options: Drawn): Float32Array | null {
  const panel = allPanels(canvas, scene).find((one) => x >= one.x && x <= one.x + one.width && y >= one.y && y <= one.y + one.height);
  if (panel === undefined) return null;
  const ratio = ratioOf(canvas);
  const picture = { width: panel.width * ratio, height: (panel.height - head) * ratio, getContext: () => null };
  const here = episodeOf(scene, panel.episode) ?? { ...scene, past: [] };
  return taskAt(picture, here, x - panel.x, y - panel.y - head, { ...options, ghosts: [], pixelRatio: ratio });
}

const allPanels = (canvas: HTMLCanvasElement, { config, past }: Scene) =>
  panelsOf(canvas.clientWidth, canvas.clientHeight, config.episodes, past.length - 1);
