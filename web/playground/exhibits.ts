/** What can be watched: one tab a family, each with a trained policy whose weights are shipped, and the recipe that made them. */

import navigation from '../../recipes/maml/maml-navigation.json';
import puck from '../../recipes/rl2/one-shot.json';
import semicircle from '../../recipes/rl2/pomdp-semicircle.json';
import pulls from '../../recipes/rl2/pulls-10.json';
import grid from '../../recipes/rl2/varibad-grid.json';
import runner from '../../recipes/rl2/velocity.json';
import gridBelief from '../../recipes/varibad/varibad-grid.json';
import type { Recipe } from './link.ts';

/** What only files and runs have that were opened on the page. */
export interface Opened {
  /** Name of the file or run. */
  readonly name: string;
  /** Whether training can go on from its weights: a checkpoint holds all that it needs, an exported agent does not. */
  readonly trains: boolean;
  /** The kept run that it is, for going on with it. */
  readonly run?: string;
  /** Of an environment: its presets, among which the visitor chooses. */
  readonly presets?: readonly string[];
}

export interface Exhibit {
  readonly id: string;
  /** On its tab. */
  readonly tab: string;
  readonly title: string;
  /** What a stranger sees, in two sentences. */
  readonly text: string;
  /** The trained agent, by its address or as the bytes of a file; null: there is none, and the untrained policy plays until it is trained here. */
  readonly weights: URL | Uint8Array | null;
  /** Learner and settings of a training on this page. */
  readonly recipe: Recipe;
  /** Files that were opened: what the visitor sees of where it came from. */
  readonly opened?: Opened;
  /** Environment steps a second at speed 1: about as fast as an eye follows, or real time for a body. */
  readonly rate: number;
  /** The unseen task that it opens with; default 0. */
  readonly first?: number;
  /** What the shapes and colours are, where the text does not say it. */
  readonly legend?: string;
  /** What a finger on the canvas does. */
  readonly finger?: string;
}

export const exhibits: readonly Exhibit[] = [
  {
    id: 'semicircle',
    tab: 'Hidden goal',
    title: 'Find a hidden goal, then remember it',
    text: 'The goal lies somewhere on the half circle, and only reaching it pays. In its first episode the agent searches along the arc; in the second it goes straight there, because its memory has lived on.',
    weights: new URL('../gallery/semicircle-rl2.safetensors', import.meta.url),
    recipe: semicircle,
    rate: 30,
    legend: 'Green disc: the goal. Blue: this episode, pale the one before. Green line: the oracle, who is told.',
    finger: 'Drag the goal, even in the middle of an episode.',
  },
  {
    id: 'grid',
    tab: 'Grid',
    title: 'Search a grid without looking twice',
    text: 'One of the cells pays, the agent is not told which. It sweeps the grid on a path that visits no cell twice, and in the later episodes walks to the cell that paid.',
    weights: new URL('../gallery/grid-rl2.safetensors', import.meta.url),
    recipe: grid,
    rate: 6,
    legend: 'Green: the cell that pays. Grey: visited. Blue: this episode, pale the ones before. Green line: the oracle.',
    finger: 'Drag the goal to another cell.',
  },
  {
    id: 'belief',
    tab: 'Belief',
    title: 'What it believes about the task',
    text: 'VariBAD infers a belief over tasks from what it has seen, and its policy reads the belief. Beside it stands what exact inference knows: each visited cell that did not pay is ruled out.',
    weights: new URL('../gallery/grid-varibad.safetensors', import.meta.url),
    recipe: { ...gridBelief, policy: { kind: 'gru', hidden: 48, readout: [64, 64] } }, // half the weights of the recipe's net
    rate: 6,
    legend: 'Green: the cell that pays. Grey: visited. Blue: this episode, pale the ones before. Green line: the oracle.',
    finger: 'Drag the goal to another cell.',
  },
  {
    id: 'bandit',
    tab: 'Bandit',
    title: 'Ten pulls at five arms',
    text: 'Each arm pays with a probability of its own that nobody tells. Every pull is an episode: the agent tries arms, remembers what they paid, and settles.',
    weights: new URL('../gallery/bandit-rl2.safetensors', import.meta.url),
    recipe: pulls,
    rate: 2,
    legend: 'Bars: how often an arm paid of so many pulls. Green lines: how often it truly pays. Dot: the oracle’s pull.',
    finger: 'Drag a green line up or down.',
  },
  {
    id: 'maml',
    tab: 'Gradient steps',
    title: 'Adapting by gradient steps instead of memory',
    text: 'MAML has no memory. It plays twenty episodes of a task and takes one policy-gradient step; its initial weights were learned so that one step is enough. Below the stage: the policy before and after each step.',
    weights: new URL('../gallery/navigation-maml.safetensors', import.meta.url),
    recipe: navigation,
    rate: 30,
    first: 6, // far enough from the start for a step to show
    legend: 'Green disc: the goal. Blue: this episode. Green line: the oracle, who is told.',
    finger: 'Drag the goal, then adapt again.',
  },
  {
    id: 'runner',
    tab: 'Runner',
    title: 'Run at a speed that is not told',
    text: 'A half-cheetah is paid for one speed only and has to find out which: the green mark above is the wanted speed, the arrow is the one it reaches. Its physics agrees with MuJoCo’s.',
    weights: new URL('../gallery/runner-rl2.safetensors', import.meta.url),
    recipe: runner,
    rate: 20,
    finger: 'Drag the wanted speed.',
  },
  {
    id: 'puck',
    tab: 'Puck',
    title: 'Strike a puck so that it stops on a hidden target',
    text: 'The puck is struck, slides, bounces and stops by friction; what pays is how near to the target it is. Where the first stroke leaves it tells where the target must be, and of the second strokes seven in ten stop on it.',
    weights: new URL('../gallery/puck-rl2.safetensors', import.meta.url),
    recipe: puck,
    rate: 50,
    legend: 'Orange: the mallet, which the agent moves. Blue: the puck. Green disc: the target. Pale green: the oracle.',
    finger: 'Drag the target.',
  },
  {
    id: 'direction',
    tab: 'Direction',
    title: 'Walk in a direction that is not told',
    text: 'Steps in one hidden direction pay, steps against it cost. A few steps tell all.',
    weights: new URL('../gallery/direction-rl2.safetensors', import.meta.url),
    recipe: { ...semicircle, env: { id: 'PointMass-v0', preset: 'walking-direction' }, iterations: 120, gateBias: 3 },
    rate: 15,
    legend: 'Green arrow: the direction that pays. Blue: this episode, pale the one before.',
    finger: 'Drag the direction.',
  },
];
