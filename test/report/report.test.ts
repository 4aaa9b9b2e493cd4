import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { fail } from '../../src/core/checks.ts';
import type { PlanarBody } from '../../src/envs/bodies/planar-body.ts';
import { type Canvas2D, darkColours, lightColours } from '../../src/envs/drawings/drawing.ts';
import { drawAgain, recordingCanvas } from '../../src/envs/drawings/recorded.ts';
import { familyOf, resolveEnv } from '../../src/envs/registry.ts';
import { registerEnv } from '../../src/envs/user/modules.ts';
import { stripView } from '../../src/report/client/strips.ts';
import { compactReport, type ReportData } from '../../src/report/data.ts';
import { reportEnv } from '../../src/report/env.ts';
import { groupRuns, meanCurve } from '../../src/report/groups.ts';
import { withPictures } from '../../src/report/pictures.ts';
import { renderReport } from '../../src/report/report.ts';
import { count, duration, extentOf, headline, number, share, standsOnZero } from '../../src/report/text.ts';

const hostile = '</script><img src=x onerror=alert(1)><!--<script>';

const data: ReportData = {
  title: 'RL² on the point mass',
  subtitle: 'Meta-trained in WebAssembly',
  version: '0.1.0',
  runs: [
    {
      name: 'RL² (GRU-64)',
      command: "wasmeta train --env PointMass-v0 --set 'a<b'",
      configText: '{\n  "seed": 1\n}',
      weightsHash: 'ab'.repeat(32),
    },
  ],
  seconds: 134.2,
  steps: 1_234_567,
  notes: ['Training used a dense reward for the loss; the meta-test is on the sparse reward alone.'],
  env: { id: 'PointMass-v0', preset: 'varibad-semicircle', horizon: 100, episodes: 3, reward: 'sparse', tolerance: 0.2, lengths: 'metres' },
  learning: [
    {
      name: 'RL² (GRU-64)',
      between: 'episodes',
      points: Array.from({ length: 1000 }, (_, i) => ({ steps: 1000 * (i + 1), first: i, last: 2 * i, mean: 1.5 * i })),
    },
  ],
  panels: [
    {
      axis: 'episode',
      adapts: true,
      random: [0.6, 0.5, 0.625],
      oracle: [93.9, 94, 93.5],
      tasks: 1000,
      policies: [
        {
          name: 'RL² (GRU-64)',
          mean: [12.3, 65.4, 71.04],
          stderr: [0.5, 0.6, 0.7],
          iqm: [11, 66, 72],
          ci95: [
            [11.3, 13.3],
            [64, 67],
            [69.5, 72.5],
          ],
        },
        {
          name: 'memory-less (MLP)',
          mean: [10.1, 10.2, 10.3],
          stderr: [0.5, 0.5, 0.5],
          iqm: [9, 9, 9],
          ci95: [
            [9, 11],
            [9, 11],
            [9, 11],
          ],
        },
      ],
      trials: [
        {
          task: [0, 1],
          tolerance: 0.2,
          episodes: [
            [
              [0, 0],
              [0.123456789, 0.1],
            ],
          ],
          returns: [12],
        },
      ],
    },
  ],
};
const [panel] = data.panels;

const scripts = (page: string) => [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]);

const withoutScripts = (page: string) => page.replace(/<script[\s\S]*?<\/script>/g, '');

describe('a report', () => {
  let client = '';
  beforeAll(async () => {
    const options = { bundle: true, minify: true, write: false, format: 'iife', platform: 'browser', target: 'es2022' } as const;
    const { outputFiles } = await build({ ...options, entryPoints: ['src/report/client/client.ts'] });
    client = outputFiles[0].text;
  });

  test('keeps hostile text inert wherever it comes from', () => {
    const page = renderReport(
      {
        ...data,
        title: hostile,
        subtitle: hostile,
        runs: [{ name: hostile, command: hostile, configText: hostile, weightsHash: hostile }],
        version: `"${hostile}`,
        notes: [hostile],
        env: { ...data.env, id: hostile, preset: hostile, reward: hostile },
        learning: [{ ...data.learning[0], name: hostile }],
        panels: [{ ...panel, policies: [{ ...panel.policies[0], name: hostile }] }],
      },
      `const s = '${hostile}';`,
    );
    expect(withoutScripts(page)).not.toContain('<img');
    expect(page).not.toContain('<!--');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(JSON.parse(scripts(page)[0]).title).toBe(hostile);
    expect(new Function(`${scripts(page)[1]} return s`)()).toBe(hostile);
  });

  test('asks the network for nothing and stays below 600 KB with its figures', () => {
    const page = renderReport(data, client);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/\b(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i);
    expect(page).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\//i);
    expect(withoutScripts(page)).not.toMatch(/<(?:link|img|iframe|object|embed)\b/);
    expect(client).not.toMatch(/\bfetch\s*\(|XMLHttpRequest|WebSocket|sendBeacon/);
    expect(Buffer.byteLength(page)).toBeLessThan(600_000);
  });

  test('states the result in the words of its data', () => {
    const page = renderReport(data, '');
    expect(headline(panel)).toBe(
      'On 1000 unseen tasks RL² (GRU-64) earns 12.3 in its first episode and 71.0 in its third episode: 76\u00a0% of the oracle’s return.',
    );
    expect(page).toContain(headline(panel));
    expect(page).toContain('For comparison, memory-less (MLP) earns 10.1 in its first episode and 10.3 in its third episode.');
    expect(page).toContain('<td>71.0 ± 0.70</td><td>69.5 to 72.5</td><td>72.0</td><td>76\u00a0%</td>');
    expect(page).toContain('2 min 14 s');
  });

  test('plays films of families that it can draw, as many as there is room for', () => {
    const played = reportEnv(resolveEnv('PointMass-v0'));
    expect(played.played?.config.id).toBe('PointMass-v0');
    const film = { task: [0, 1], episodes: [[[0, 0], ...Array.from({ length: 3_000 }, () => [0.12345, 0, 1, 1, 0.5])]] };
    const filmed = {
      ...data,
      env: played,
      panels: [{ ...panel, trials: Array.from({ length: 6 }, () => ({ ...panel.trials[0], film: { ...film } })) }],
    };
    const { trials } = compactReport(filmed).panels[0];
    expect(trials.filter((trial) => trial.film !== undefined)).toHaveLength(3); // 15 002 numbers each
    expect(trials[0].film?.episodes[0][1]).toEqual([0.123, 0, 1, 1, 0.5]);
    expect(renderReport(filmed, '')).toContain('id="watch"');
    expect(renderReport(data, '')).not.toContain('id="watch"');
  });

  describe("shows a user's environment", () => {
    const moved: { draw?: (context: Canvas2D, state: ArrayLike<number>) => void } = {};
    registerEnv({
      id: 'Drawn-v0',
      observation: [{ name: 'x' }],
      action: [{ name: 'dx' }],
      task: [{ name: 'wind', low: -1, high: 1 }],
      state: [{ name: 'x' }],
      presets: { short: { horizon: 2, episodes: 1 } },
      reset: () => {},
      step: () => ({ reward: 0, terminated: false }),
      observe: () => {},
      draw: (context, state) => moved.draw?.(context, state),
    });
    const film = { task: [0.5], episodes: [[[0], [1, 0.2, -1], [2, 0.2, -2]]] };
    const env = reportEnv(resolveEnv('Drawn-v0'));
    const filmed = { ...data, env, panels: [{ ...panel, trials: [{ ...panel.trials[0], film }] }] };

    test('by what its drawing did at each moment, as data without its code', () => {
      moved.draw = (context, state) => {
        context.fillStyle = lightColours.goal;
        context.fillRect(0, 0, 4, 4);
        context.fillRect(state[0], 0, 1, 1);
      };
      const drawn = withPictures(filmed).panels[0].trials[0].film;
      expect(drawn?.episodes).toEqual([[[], [-1], [-2]]]);
      expect(drawn?.pictures?.map(({ words }) => words)).toEqual([0, 1, 2].map((t) => `Episode 1 of 1, step ${t}: x ${t}.00, wind 0.50.`));
      // The square is kept once, and its paper and colours too.
      expect(drawn?.calls?.filter(([name]) => name === 'fillRect')).toEqual([
        ['fillRect', 0, 0, 640, 384],
        ['fillRect', 0, 0, 4, 4],
        ['fillRect', 0, 0, 1, 1],
        ['fillRect', 1, 0, 1, 1],
        ['fillRect', 2, 0, 1, 1],
      ]);
      expect(renderReport(filmed, '')).toContain('id="watch"');
    });

    test('for as long as a page has room: a film that draws too much is not drawn to its end', () => {
      let drawn = 0;
      moved.draw = (context) => {
        drawn++;
        for (let i = 0; i < 1000; i++) context.fillRect(0, 0, 1, 1);
      };
      const long = { task: [0.5], episodes: [Array.from({ length: 500 }, (_, t) => (t === 0 ? [0] : [t, 0.2, -1]))] };
      const page = { ...filmed, panels: [{ ...panel, trials: [{ ...panel.trials[0], film: long }] }] };
      expect(withPictures(page).panels[0].trials[0].film).toBeUndefined();
      expect(drawn).toBeLessThan(60);
    });

    test('again on a smaller canvas and in other colours', () => {
      const [again, calls] = [
        recordingCanvas(320, 192),
        [['setTransform', 1, 0, 0, 1, 8, 0] as const, ['=fillStyle', lightColours.goal] as const],
      ];
      const context = again.getContext('2d') as Canvas2D;
      drawAgain(context, [...calls, ['constructor', 'x'], ['=canvas', 'x']], 0.5, new Map([[lightColours.goal, darkColours.goal]]));
      expect(again.calls()).toEqual([
        ['setTransform', 0.5, 0, 0, 0.5, 4, 0],
        ['=fillStyle', darkColours.goal],
      ]);
    });

    test.each([
      ['throws', () => fail('scale', 'a number', null), '"scale" expected a number'],
      ['draws with what is no data', (context: Canvas2D) => context.fillText(new Map() as never, 0, 0), '"draw" expected numbers'],
    ])('not where its drawing %s: the page stays, and a note says why', (_, draw, why) => {
      moved.draw = draw;
      const page = renderReport(filmed, '');
      expect(page).not.toContain('id="watch"');
      expect(page.replaceAll('&quot;', '"')).toContain(`the environment's own drawing failed: ${why}`.replace("'", '&#39;'));
    });
  });

  test.each([
    [-0.9, 0.9],
    [-0.9, 4],
    [-1, 30],
  ])('shows a body of 1.6 m whole on a strip from %d to %d m, and the whole way', (low, high) => {
    const width = 852;
    const { scale, ground, height, left } = stripView(low, high, width);
    expect(ground - 1.6 * scale).toBeGreaterThanOrEqual(0);
    expect(height).toBeLessThanOrEqual(242);
    expect(left + low * scale).toBeGreaterThanOrEqual(-1e-9);
    expect(left + high * scale).toBeLessThanOrEqual(width + 1e-9);
  });

  test('says its own size', () => {
    const page = renderReport(data, client);
    expect(page).toContain(`(${Math.ceil(Buffer.byteLength(page) / 1000)} kB)`);
  });

  test('has axes that fit: from 0 where nothing is lost, and from the least to the greatest where something is', () => {
    expect(extentOf([3, 12, 7])).toEqual([0, 12]);
    expect(extentOf([0, 0])).toEqual([0, 1]);
    expect(extentOf([-110, -10])).toEqual([-116, -4]);
    expect(extentOf([-100, 0])).toEqual([-106, 0]);
    expect(extentOf([-1, Number.NaN, 1])).toEqual([-1.12, 1.12]);
    expect(extentOf([])).toEqual([0, 1]);
    expect([extentOf([0, 5]), extentOf([-0.2, 25]), extentOf([-60, -5]), extentOf([-3, 9])].map(standsOnZero)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('is the same bytes for the same data', () => {
    expect(renderReport(data, client)).toBe(renderReport(structuredClone(data), client));
  });

  test('averages long curves over neighbours and keeps their last step', () => {
    const [{ points }] = compactReport(data).learning;
    expect(points).toHaveLength(143); // 1000 points, 7 at a time
    expect(points[0]).toEqual({ steps: 7000, first: 3, last: 6, mean: 4.5 });
    expect(points.at(-1)).toEqual({ steps: 1_000_000, first: 996.5, last: 1993, mean: 1494.75 });
    expect(compactReport(data).panels[0].trials[0].episodes[0][1]).toEqual([0.123, 0.1]);
  });

  test('shows numbers the same for every reader', () => {
    expect([number(-1.26, 1), number(-0.04, 1), number(Number.NaN, 1), count(1_234_567), count(9999)]).toEqual([
      '−1.3',
      '0.0',
      '–',
      '1\u202f234\u202f567',
      '9999',
    ]);
    expect([duration(2.34), duration(59.7), duration(134.2), duration(3700)]).toEqual(['2.3 s', '1 min 0 s', '2 min 14 s', '1 h 1 min']);
  });

  test('compares negative returns with random play, where a ratio says nothing', () => {
    const negative = {
      axis: 'episode' as const,
      adapts: true,
      trials: [],
      tasks: 10,
      random: [-60],
      oracle: [-10],
      policies: [{ name: 'p', mean: [-20], stderr: [1], iqm: [-20], ci95: [[-22, -18]] as [number, number][] }],
    };
    expect(share(negative, -20, 0)).toBe('80\u00a0%');
    expect(headline(negative)).toBe(
      'On 10 unseen tasks the policy earns −20.0 in its only episode: 80\u00a0% of the way from random play to the oracle.',
    );
  });
});

describe('a report on gradient steps', () => {
  const policy = panel.policies[0];
  const adaptation = { ...panel, axis: 'step' as const, random: [-66, -56, -53], oracle: [-0.5, -0.5, -0.5] };
  const steps: ReportData = {
    ...data,
    env: { ...data.env, episodes: 1 },
    learning: [{ ...data.learning[0], between: 'gradient steps' }],
    panels: [{ ...adaptation, policies: [{ ...policy, mean: [-37.4, -11, -4.9] }] }],
  };

  test('counts them from 0 and names what they are', () => {
    expect(headline(steps.panels[0])).toBe(
      'On 1000 unseen tasks the policy earns −37.4 before adapting and −4.9 after 2 gradient steps: 92\u00a0% of the way from a random initialisation to the oracle.',
    );
    const page = renderReport(steps, '');
    expect(page).toContain('After 2 gradient steps a random initialisation earns −53.0; the oracle, which is told the task, earns −0.5.');
    for (const text of ['<th scope="col">Gradient steps</th>', '<th scope="col">Before adapting</th>', '<th scope="col">0 steps</th>'])
      expect(page).toContain(text);
    expect(withoutScripts(page)).not.toMatch(/first episode|episode 1|random play/i);
  });
});

describe('a report on a body', () => {
  const { body } = familyOf('Runner-v1').articulated as { body: PlanarBody };
  const pose = [0, 0.7, 0, 0, 0, 0, 0, 0, 0];
  const page = renderReport(
    {
      ...data,
      env: { ...data.env, id: 'Runner-v1', preset: 'velocity', reward: 'velocity', tolerance: 0, body },
      panels: [
        {
          ...panel,
          oracle: null,
          trials: [{ task: [1.25, 0], tolerance: 0, episodes: [], poses: [[pose, pose]], asks: '1.25 m/s', returns: [-20, -21] }],
        },
      ],
    },
    '',
  );

  test('names what is asked for, and no oracle, where none is known', () => {
    expect(page).toContain('seen from the side');
    expect(page).toContain('1.25 m/s');
    expect(withoutScripts(page)).not.toMatch(/oracle/);
  });
});

describe('groups of runs', () => {
  const env = resolveEnv('PointMass-v0');
  const run = (more: object, seed: number, title = 'RL²', options: object = {}) => ({
    title,
    config: { env: { ...env, ...options }, seed, policy: { kind: 'gru', hidden: 64 }, clip: 0.1, ...more },
    environments: [{ ...env, ...options }],
  });

  test('are runs that differ in their seed alone, in the order of seeds, named by what sets them apart', () => {
    const mlp = { policy: { kind: 'mlp', hidden: [64, 32] } };
    const deep = { policy: { kind: 'mingru', hidden: 64, depth: 2 } };
    expect(groupRuns([run({}, 3), run(mlp, 1), run({}, 1), run({ clip: 0.2 }, 1), run(deep, 1)])).toEqual([
      { name: 'RL² (GRU-64) clip=0.1', title: 'RL²', members: [2, 0] },
      { name: 'RL² (MLP-64-32)', title: 'RL²', members: [1] },
      { name: 'RL² (GRU-64) clip=0.2', title: 'RL²', members: [3] },
      { name: 'RL² (minGRU-64-64)', title: 'RL²', members: [4] },
    ]);
  });

  test('on different tasks are refused', () => {
    expect(() => groupRuns([run({}, 1), run({}, 1, 'RL²', { horizon: 7 })])).toThrow(expect.objectContaining({ code: 'E_CONFIG' }));
  });

  test('may differ in what the policy is told and in how many episodes it has', () => {
    const groups = groupRuns([run({}, 1), run({}, 1, 'MAML', { episodes: 4 }), run({}, 1, 'RL²', { context: true })]);
    expect(groups.map(({ name }) => name)).toEqual(['RL² (GRU-64) env.context=false', 'MAML (GRU-64)', 'RL² (GRU-64) env.context=true']);
  });

  test('have the mean of their curves, with the least and greatest return, as far as all have come', () => {
    const curve = (scale: number, length: number) =>
      Array.from({ length }, (_, i) => ({ steps: 10 * (i + 1), first: 0, last: scale * (i + 1), mean: 1 }));
    expect(meanCurve([curve(1, 3), curve(3, 2)])).toEqual([
      { steps: 10, first: 0, last: 2, mean: 1, low: 1, high: 3 },
      { steps: 20, first: 0, last: 4, mean: 1, low: 2, high: 6 },
    ]);
    expect(meanCurve([curve(1, 3)])).toEqual(curve(1, 3));
  });
});

describe('beliefs over a grid', () => {
  const beliefs = {
    side: 3,
    goals: [2, 5, 6, 7, 8],
    steps: [0, 4],
    kl: 0.125,
    stderr: 0.01,
    uniform: 1.5,
    tasks: 200,
    trials: [
      {
        goal: 5,
        cells: [0, 8],
        exact: [
          [0.2, 0.2, 0.2, 0.2, 0.2],
          [0, 1, 0, 0, 0],
        ],
        believed: [
          [0.2, 0.2, 0.2, 0.2, 0.2],
          [0.36, 0.64, 0, 0, 0],
        ],
        kl: 0.44,
      },
    ],
  };

  test('are drawn for every shown step, exact above believed, and said in nats', () => {
    const html = renderReport({ ...data, beliefs }, '');
    expect(html).toContain('0.125 ± 0.010 nat');
    expect(html).toContain('from a uniform belief it is 1.50');
    const section = html.slice(html.indexOf('The belief about'), html.indexOf('</section>', html.indexOf('The belief about')));
    // Opacity is the root of the chance: two rows of two grids of five goals each.
    const opacities = [...section.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, value]) => Number(value));
    const roots = [...beliefs.trials[0].exact, ...beliefs.trials[0].believed].flat().map((p) => Number(Math.sqrt(p).toFixed(3)));
    expect(opacities).toEqual(roots);
    expect(section.match(/<circle/g)).toHaveLength(4);
  });

  test('are left out where there are none', () => {
    expect(renderReport(data, '')).not.toContain('The belief about');
  });
});
