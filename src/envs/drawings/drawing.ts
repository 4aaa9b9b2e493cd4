/**
 * What a family's drawing is: functions on a 2D canvas that see plain data, the same in pages, reports and tests. A drawing stays inside of (0, 0) … (width, height) CSS
 * pixels, and draws the earlier episodes of the trial pale.
 */

/** The part of a canvas's 2D context that drawings use; a browser's, or one that records the calls. */
export interface Canvas2D {
  save(): void;
  restore(): void;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number, counterclockwise?: boolean): void;
  rect(x: number, y: number, width: number, height: number): void;
  clip(): void;
  fill(): void;
  stroke(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number, maxWidth?: number): void;
  setLineDash(segments: number[]): void;
  globalAlpha: number;
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineCap: 'butt' | 'round' | 'square';
  lineJoin: 'bevel' | 'miter' | 'round';
  font: string;
  textAlign: 'center' | 'end' | 'left' | 'right' | 'start';
  textBaseline: 'alphabetic' | 'bottom' | 'hanging' | 'ideographic' | 'middle' | 'top';
}

/** The members of `Canvas2D`, for canvases that note what is drawn. */
export const canvasMethods = [
  'save',
  'restore',
  'setTransform',
  'beginPath',
  'closePath',
  'moveTo',
  'lineTo',
  'arc',
  'rect',
  'clip',
  'fill',
  'stroke',
  'fillRect',
  'strokeRect',
  'fillText',
  'setLineDash',
] as const satisfies readonly (keyof Canvas2D)[];
export const canvasProperties = [
  'globalAlpha',
  'fillStyle',
  'strokeStyle',
  'lineWidth',
  'lineCap',
  'lineJoin',
  'font',
  'textAlign',
  'textBaseline',
] as const satisfies readonly (keyof Canvas2D)[];

/** Colours by what they are for. */
export interface Colours {
  readonly paper: string;
  /** Text and what matters. */
  readonly ink: string;
  /** Text that explains. */
  readonly soft: string;
  readonly line: string;
  /** Areas behind. */
  readonly faint: string;
  readonly agent: string;
  /** A second body, or what was reached beside what was wanted. */
  readonly second: string;
  /** What the task asks for. */
  readonly goal: string;
}

/** The colours of reports (src/report/style.ts). */
export const lightColours: Colours = {
  paper: '#fdfdfb',
  ink: '#1c2126',
  soft: '#59626b',
  line: '#dcdfe1',
  faint: '#f2f3f1',
  agent: '#1f66ad',
  second: '#c2611a',
  goal: '#0b7a5c',
};
/** Colours on dark paper. */
export const darkColours: Colours = {
  paper: '#15181b',
  ink: '#e6e8ea',
  soft: '#a2abb3',
  line: '#353b41',
  faint: '#20252a',
  agent: '#6fb0f0',
  second: '#f0a05a',
  goal: '#4fc7a1',
};

/** A state [S], with the action [A] and the reward that led there: null at the start of an episode and where the state was set. */
export interface Moment {
  readonly state: ArrayLike<number>;
  readonly action: ArrayLike<number> | null;
  readonly reward: number | null;
}

/** Another environment of the family on the same task, for comparison: where it is, and its present episode as in `past`. */
export interface Ghost {
  /** [S] */
  readonly state: ArrayLike<number>;
  readonly episode: readonly Moment[];
  readonly colour: keyof Colours;
}

/** What a drawing is given besides context and state. */
export interface View<Config = object> {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly config: Config;
  /** [W] */
  readonly task: ArrayLike<number>;
  /** [S], by the fields of the spec. */
  readonly state: ArrayLike<number>;
  /** [O] */
  readonly observation: ArrayLike<number>;
  /** The episodes of this trial so far, from the start of each; the present one is the last and ends with the present state. Empty if nobody watched. */
  readonly past: readonly (readonly Moment[])[];
  readonly colours: Colours;
  /** Drawn pale beside what is watched. */
  readonly ghosts?: readonly Ghost[];
}

/** How a family draws itself on a canvas. */
export interface Drawing<Config = object> {
  draw(context: Canvas2D, view: View<Config>): void;
  /** The task [W] that a finger at (x, y) CSS pixels asks for, near the present one; null where that is none. */
  taskAt?(view: View<Config>, x: number, y: number): number[] | null;
  /** What is to be seen, in a sentence for those who don't see it. Default: the first fields of the state and of the task. */
  describe?(view: View<Config>): string;
}

const leastAlpha = 0.16;
const mostAlpha = 0.45;

/** How strongly episode e of n is drawn: the present one fully, earlier ones the paler the older. */
export function strength(e: number, n: number): number {
  if (e >= n - 1) return 1;
  return n <= 2 ? mostAlpha : leastAlpha + ((mostAlpha - leastAlpha) * e) / (n - 2);
}

const ghostAlpha = 0.55;

/** Draws each ghost in its colour, pale. */
export function drawGhosts(
  context: Canvas2D,
  { ghosts = [], colours }: Pick<View, 'ghosts' | 'colours'>,
  draw: (ghost: Ghost, g: number) => void,
): void {
  context.globalAlpha = ghostAlpha;
  ghosts.forEach((ghost, g) => {
    context.strokeStyle = colours[ghost.colour];
    context.fillStyle = colours[ghost.colour];
    draw(ghost, g);
  });
  context.globalAlpha = 1;
}

export const font = (px: number) => `${px}px system-ui, sans-serif`;

export function disc(context: Canvas2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, Math.max(0.5, radius), 0, 2 * Math.PI);
}
