/** Canvases that fit their boxes and the screen's pixels. */
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  /** Draws; called on every frame that `frame` changes, and when the box changes. */
  readonly draw: (canvas: HTMLCanvasElement) => void;
  readonly frame: unknown;
  readonly label: string;
  readonly className?: string;
  readonly onPointer?: (canvas: HTMLCanvasElement, x: number, y: number, kind: 'down' | 'move' | 'up') => void;
}

export function FittedCanvas({ draw, frame, label, className, onPointer }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return;
    const fit = () => {
      const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
      const [width, height] = [Math.max(1, Math.round(canvas.clientWidth * ratio)), Math.max(1, Math.round(canvas.clientHeight * ratio))];
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      latest.current(canvas);
    };
    const observer = new ResizeObserver(fit);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (ref.current !== null && ref.current.width > 1) latest.current(ref.current);
  }, [frame]);
  const pointer = (kind: 'down' | 'move' | 'up') => (event: PointerEvent) => {
    const canvas = ref.current;
    if (canvas === null || onPointer === undefined) return;
    if (kind === 'down') canvas.setPointerCapture(event.pointerId);
    if (kind === 'move' && !canvas.hasPointerCapture(event.pointerId)) return;
    const box = canvas.getBoundingClientRect();
    onPointer(canvas, event.clientX - box.left, event.clientY - box.top, kind);
    event.preventDefault();
  };
  return (
    <canvas
      ref={ref}
      class={className}
      role="img"
      aria-label={label}
      onPointerDown={pointer('down')}
      onPointerMove={pointer('move')}
      onPointerUp={pointer('up')}
    />
  );
}
