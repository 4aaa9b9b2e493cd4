/** The hidden state as a strip over time: a column a step, a row a unit; blue below zero, orange above. */
import { FittedCanvas } from './canvas.tsx';

interface Props {
  readonly minds: readonly Float32Array[];
  readonly frame: unknown;
  readonly dark: boolean;
  readonly what: string;
}

export function Mind({ minds, frame, dark, what }: Props) {
  const draw = (canvas: HTMLCanvasElement) => {
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.fillStyle = dark ? '#15181b' : '#fdfdfb';
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (minds.length === 0) return;
    const units = minds[0].length;
    const columns = Math.max(60, minds.length);
    const image = context.createImageData(columns, units);
    minds.forEach((mind, x) => {
      const scale = Math.max(1, ...mind.map(Math.abs));
      for (const [y, value] of mind.entries()) image.data.set(colourOf(value / scale, dark), (y * columns + x) * 4);
    });
    const small = new OffscreenCanvas(columns, units);
    small.getContext('2d')?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
  };
  return <FittedCanvas className="mind" draw={draw} frame={frame} label={`${what} over the last ${minds.length} steps`} />;
}

function colourOf(x: number, dark: boolean): [number, number, number, number] {
  const strength = Math.round(255 * Math.min(1, Math.abs(x)));
  return x < 0
    ? [dark ? 111 : 31, dark ? 176 : 102, dark ? 240 : 173, strength]
    : [dark ? 240 : 194, dark ? 160 : 97, dark ? 90 : 26, strength];
}
