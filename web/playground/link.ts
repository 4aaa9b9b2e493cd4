/** A result is a link: what is on the stage, in the address's hash. Pushes and drags are not in it. */
export interface Linked {
  /** Exhibit. */
  readonly show: string;
  readonly seed: number;
  /** Which unseen task of the seed. */
  readonly trial: number;
  readonly speed: number;
  readonly forget: boolean;
  /** SHA-256 of the file of weights that is meant; null: those of the exhibit, whatever they are. */
  readonly weights: string | null;
  /** Nothing but the stage: for an <iframe>. */
  readonly embed: boolean;
  /** A training that can be done again; null: none. */
  readonly training: LinkedTraining | null;
  /** What is wrong with the link, as a sentence; null: nothing. */
  readonly wrong: string | null;
}

/** A learner's name with its settings. */
export type Recipe = Readonly<Record<string, unknown>> & { readonly algo: string };

/** A training by everything that it depends on, and what came of it. */
export interface LinkedTraining {
  /** Learner and the settings that differ from its defaults. */
  readonly recipe: Recipe;
  /** Iterations that were done. */
  readonly iteration: number;
  /** SHA-256 of the parameters after them. */
  readonly weights: string;
  /** SHA-256 of a few trials on unseen tasks with these parameters. */
  readonly trajectory: string;
}

const defaults = { show: 'semicircle', seed: 7, trial: 0, speed: 1 };
const sha256 = /^[0-9a-f]{64}$/;
const longestRecipe = 20_000;

export function fromHash(hash: string): Linked {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const whole = (name: string, fallback: number) => {
    const text = given.get(name) ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : fallback;
  };
  const speed = Number(given.get('speed') ?? defaults.speed);
  const weights = given.get('weights');
  const training = given.has('train') ? trainingOf(given) : null;
  return {
    show: given.get('show') ?? defaults.show,
    seed: whole('seed', defaults.seed),
    trial: whole('trial', defaults.trial),
    speed: speed >= 0.25 && speed <= 1000 ? speed : defaults.speed,
    forget: given.get('forget') === '1',
    weights: weights !== null && sha256.test(weights) ? weights : null,
    embed: given.has('embed'),
    training,
    wrong:
      weights !== null && !sha256.test(weights)
        ? `This link names its weights by a hash of ${weights.length} signs, where 64 are needed: it was cut or changed on its way.`
        : given.has('train') && training === null
          ? 'This link means a training, but its settings or hashes can’t be read: it was cut or changed on its way.'
          : null,
  };
}

function trainingOf(given: URLSearchParams): LinkedTraining | null {
  const [text, at, weights, trajectory] = ['train', 'at', 'made', 'path'].map((name) => given.get(name) ?? '');
  if (text.length > longestRecipe || !/^[1-9]\d{0,8}$/.test(at) || !sha256.test(weights) || !sha256.test(trajectory)) return null;
  try {
    const recipe = JSON.parse(text) as Recipe | null;
    return typeof recipe?.algo === 'string' ? { recipe, iteration: Number(at), weights, trajectory } : null;
  } catch {
    return null;
  }
}

export function toHash(link: Omit<Linked, 'wrong'>): string {
  const { show, seed, trial, speed, forget, weights, embed, training } = link;
  const fields = new URLSearchParams({
    show,
    seed: `${seed}`,
    trial: `${trial}`,
    ...(speed !== 1 && { speed: `${speed}` }),
    ...(forget && { forget: '1' }),
    ...(weights !== null && { weights }),
    ...(embed && { embed: '1' }),
    ...(training !== null && {
      train: JSON.stringify(training.recipe),
      at: `${training.iteration}`,
      made: training.weights,
      path: training.trajectory,
    }),
  });
  return `#${fields}`;
}
