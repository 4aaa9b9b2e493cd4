/** Adaptation by gradient steps, round by round: the episodes that a policy plays on one task, what they earn, and where the policy would go from every place. */
import { type AdaptiveAgent, type EpisodeData, familyOf, type Moment, make, type Scene } from 'wasmeta';

/** Episodes that a gradient step sees. */
export const perRound = 20;

export interface Round {
  /** Gradient steps taken before it. */
  readonly steps: number;
  readonly episodes: readonly EpisodeData[];
  /** The ways of all episodes on top of each other. */
  readonly scene: Scene;
  /** Mean over the episodes. */
  readonly meanReturn: number;
  /** The mean action at a place (x, y); null where the policy reads more than a place on the plane. */
  readonly field: ((x: number, y: number) => readonly [number, number]) | null;
}

interface RoundPlace {
  readonly seed: number;
  readonly trial: number;
  readonly task: Float32Array;
}

/** Plays the episodes of a round with sampled actions; each with random numbers of its own. */
export async function playRound(agent: AdaptiveAgent, { seed, trial, task }: RoundPlace): Promise<Round> {
  const env = await make(agent.env);
  const episodes: EpisodeData[] = [];
  const ways: (readonly Moment[])[] = [];
  let total = 0;
  let scene = null;
  for (let e = 0; e < perRound; e++) {
    let { observation } = env.reset({ seed, firstTask: trial, split: 'test', tasks: task });
    agent.reset({ seed, firstTask: trial, firstEpisode: agent.gradientSteps * perRound + e });
    scene ??= env.scene();
    const [observations, actions, rewards, logProbabilities]: number[][] = [[], [], [], []];
    for (let over = false, last: ReturnType<typeof env.step> | undefined; !over; ) {
      const action = agent.act(observation, last);
      last = env.step(action);
      observations.push(...observation);
      actions.push(...action);
      rewards.push(last.reward);
      logProbabilities.push(agent.logProbabilities[0]);
      total += last.reward;
      observation = last.observation;
      over = last.terminated || last.truncated;
    }
    episodes.push({ observations, actions, rewards, logProbabilities });
    ways.push(env.scene().past[0]);
  }
  env.close();
  return {
    steps: agent.gradientSteps,
    episodes,
    scene: { ...(scene as Scene), past: ways },
    meanReturn: total / perRound,
    field: fieldOf(agent),
  };
}

/** Tabulated now, so that the agent may be closed. */
function fieldOf(agent: AdaptiveAgent): Round['field'] {
  const spec = familyOf(agent.env.id);
  const [observation, action] = [spec.observation(agent.env), spec.action(agent.env)];
  const isPlace = observation.length === 2 && observation.every(({ unit }) => unit === 'm') && !('n' in action) && action.length === 2;
  if (!isPlace || agent.hiddenSize > 0 || agent.env.context) return null;
  const known = agent.copy();
  return (x, y) => {
    known.reset();
    known.act([x, y]);
    const [dx, dy] = known.distribution;
    return [dx, dy];
  };
}
