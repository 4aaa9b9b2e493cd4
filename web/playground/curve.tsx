/** The learning curve: returns of the first and of the last episode over environment steps, between random play and the oracle. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { CurvePoint, Yardsticks } from './trainer.ts';

interface Props {
  readonly curve: readonly CurvePoint[];
  readonly yardsticks: Yardsticks;
  readonly dark: boolean;
}

export function Curve({ curve, yardsticks, dark }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const [ink, line] = dark ? ['#a2abb3', '#353b41'] : ['#59626b', '#dcdfe1'];
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const series = (label: string, stroke: string, dash?: number[]): uPlot.Series => ({
      label,
      stroke,
      width: 2,
      ...(dash && { dash }),
      points: { show: false },
    });
    plot.current = new uPlot(
      {
        width: element.clientWidth,
        height: 220,
        scales: { x: { time: false } },
        legend: { live: false },
        cursor: { show: false },
        axes: [{ ...axis, values: (_, ticks) => ticks.map((n) => (n >= 1e6 ? `${n / 1e6} M` : `${n / 1e3} k`)) }, axis],
        series: [
          { label: 'steps' },
          series('first episode', dark ? '#f0a05a' : '#c2611a'),
          series('last episode', dark ? '#6fb0f0' : '#1f66ad'),
          series('oracle', dark ? '#4fc7a1' : '#0b7a5c', [6, 4]),
          series('random', ink, [2, 4]),
        ],
      },
      [[], [], [], [], []],
      element,
    );
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: 220 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, [dark]);
  useEffect(() => {
    const flat = (level: number | null) => curve.map(() => level);
    const { oracle, random } = yardsticks;
    plot.current?.setData([
      curve.map(({ steps }) => steps),
      curve.map(({ first }) => first),
      curve.map(({ last }) => last),
      flat(oracle),
      flat(random),
    ]);
  }, [curve, curve.length, yardsticks, dark]);
  const at = curve.at(-1);
  const label =
    at === undefined
      ? 'no iteration yet'
      : `after ${at.steps} steps: first episode ${at.first.toFixed(1)}, last episode ${at.last.toFixed(1)}`;
  return <div ref={box} class="curve" role="img" aria-label={`Learning curve, ${label}`} />;
}
