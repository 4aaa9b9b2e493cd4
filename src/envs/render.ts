/** Puts an environment's drawing on a canvas: scales to its pixels, paints the paper, and describes in words what is to be seen. */
import { fail } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { type Canvas2D, type Colours, type Drawing, type Ghost, lightColours, type View } from './drawings/drawing.ts';
import { traceDrawing } from './drawings/traces.ts';
import { familyOf } from './registry.ts';
import type { EnvConfig } from './spec.ts';

/** An `HTMLCanvasElement`, an `OffscreenCanvas`, or what stands for one. */
export interface Canvas {
  width: number;
  height: number;
  /** CSS pixels, where it is on a page. */
  readonly clientWidth?: number;
  getContext(kind: '2d'): Canvas2D | null;
}

/** Which environment is drawn, in which colours, with which ghosts. */
export interface RenderOptions {
  /** Default: `lightColours`. */
  readonly colours?: Colours;
  /** Pixels of the canvas for each CSS pixel. Default: its width over its width on the page, else 1. */
  readonly pixelRatio?: number;
  /** Other environments on the same task, drawn pale: of the same family. */
  readonly ghosts?: readonly GhostScene[];
}

/** A scene that is drawn pale in another, by what it is at and by its present episode. */
export interface GhostScene {
  readonly scene: Scene;
  readonly colour: keyof Colours;
}

/** What is drawn, but for its size and colours. */
export type Scene = Omit<View<EnvConfig>, 'width' | 'height' | 'colours' | 'ghosts'>;

/** A family without a drawing shows the returns of its episodes and its observation. Throws `E_UNSUPPORTED` for a canvas without a 2D context. */
export function renderScene(canvas: Canvas, scene: Scene, options: RenderOptions = {}): void {
  const drawing = drawingOf(scene);
  const context = canvas.getContext('2d');
  if (context === null) throw new WasmetaError('E_UNSUPPORTED', 'this canvas gives no 2D context', {});
  const { view, ratio } = viewOf(canvas, scene, options);
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = view.colours.paper;
  context.fillRect(0, 0, view.width, view.height);
  drawing.draw(context, view);
  context.restore();
}

/** The task [W] that a finger at (x, y) CSS pixels of the canvas asks for; null where that is none. */
export function taskAt(canvas: Canvas, scene: Scene, x: number, y: number, options: RenderOptions = {}): Float32Array | null {
  const { view } = viewOf(canvas, scene, options);
  const task = drawingOf(scene).taskAt?.(view, x, y) ?? null;
  return task === null ? null : Float32Array.from(task);
}

/** The scene in words: for readers who do not see the canvas. */
export function describeScene(scene: Scene): string {
  const { config, past, state, task } = scene;
  const spec = familyOf(config.id);
  const drawing = drawingOf(scene);
  const episode =
    past.length === 0
      ? ''
      : `Episode ${past.length} of ${config.episodes}, step ${past.at(-1)?.filter(({ action }) => action !== null).length}: `;
  if (drawing.describe !== undefined) return `${episode}${drawing.describe({ ...scene, width: 1, height: 1, colours: lightColours })}.`;
  const said = (fields: ReturnType<typeof spec.state>, values: ArrayLike<number>) =>
    fields
      .slice(0, Math.min(4, values.length))
      .map(({ name, unit }, i) => `${name} ${values[i].toFixed(2)}${unit === '1' ? '' : ` ${unit}`}`);
  return `${episode}${[...said(spec.state(config), state), ...said(spec.task(config), task)].join(', ')}.`;
}

function viewOf(canvas: Canvas, scene: Scene, { colours = lightColours, pixelRatio, ghosts = [] }: RenderOptions) {
  const onPage = canvas.clientWidth ?? 0;
  const ratio = pixelRatio ?? (onPage > 0 ? canvas.width / onPage : 1);
  const drawn = ghosts.map((ghost) => ghostOf(ghost, scene.config));
  return { view: { ...scene, width: canvas.width / ratio, height: canvas.height / ratio, colours, ghosts: drawn }, ratio };
}

function ghostOf({ scene, colour }: GhostScene, { id }: EnvConfig): Ghost {
  if (scene.config.id !== id) fail('ghosts', `scenes of ${id}`, scene.config.id);
  return { state: scene.state, episode: scene.past.at(-1) ?? [], colour };
}

/** A module that hides its states can't be drawn by them. */
function drawingOf({ config, state }: Pick<Scene, 'config' | 'state'>): Drawing<EnvConfig> {
  const { drawing, observation, state: fields } = familyOf(config.id);
  return drawing === undefined || state.length < fields(config).length ? traceDrawing(observation) : drawing;
}
