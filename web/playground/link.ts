/** A result is a link: what is on the stage, in the address's hash. Pushes and drags are not in it. */
export interface Linked {
  /** Exhibit. */
  readonly show: string;
  readonly seed: number;
  /** Which unseen task of the seed. */
  readonly trial: number;
  readonly speed: number;
  readonly forget: boolean;
}

const defaults: Linked = { show: 'semicircle', seed: 7, trial: 0, speed: 1, forget: false };

export function fromHash(hash: string): Linked {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const whole = (name: string, fallback: number) => {
    const text = given.get(name) ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : fallback;
  };
  const speed = Number(given.get('speed') ?? defaults.speed);
  return {
    show: given.get('show') ?? defaults.show,
    seed: whole('seed', defaults.seed),
    trial: whole('trial', defaults.trial),
    speed: speed >= 0.25 && speed <= 1000 ? speed : defaults.speed,
    forget: given.get('forget') === '1',
  };
}

export function toHash({ show, seed, trial, speed, forget }: Linked): string {
  const fields = new URLSearchParams({
    show,
    seed: `${seed}`,
    trial: `${trial}`,
    ...(speed !== 1 && { speed: `${speed}` }),
    ...(forget && { forget: '1' }),
  });
  return `#${fields}`;
}
