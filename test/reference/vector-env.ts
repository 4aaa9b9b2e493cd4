/** N reference environments behind `VectorEnv`'s calls, by docs/contract.md: the plain form of the counters, the autoreset and the refusals. */
import { finite, floats, integer, seed as seedOf } from '../../src/core/checks.ts';
import { WasmetaError } from '../../src/core/errors.ts';
import type { ContractEnv } from '../../src/envs/contract/kit.ts';
import { familyOf, portsOf } from '../../src/envs/registry.ts';
import type { EnvConfig } from '../../src/envs/spec.ts';
import type { ResetOptions, VectorStep } from '../../src/envs/vector-env.ts';
import type { Move, ReferenceEnv } from './env.ts';
import { references } from './families.ts';

export class ReferenceVectorEnv implements ContractEnv {
  readonly config: EnvConfig;
  readonly numEnvs: number;
  moves: Move[] = [];
  readonly #envs: ReferenceEnv[];
  readonly #taskSize: number;
  readonly #width: number;
  #tasks: number[][] = [];
  #elapsed: number[] = [];
  #episodes: number[] = [];
  #final: number[][];
  #closed = false;
  #seed = 0;
  #nextTask = 0;

  constructor(config: EnvConfig, numEnvs: number) {
    this.config = config;
    this.numEnvs = integer('numEnvs', numEnvs, 1);
    this.#envs = Array.from({ length: numEnvs }, () => references[config.id](config));
    this.#taskSize = familyOf(config.id).task(config).length;
    const ports = portsOf(config);
    this.#width = ports.head === 'gaussian' ? ports.actionWidth : 1;
    this.#final = this.#envs.map(() => new Array<number>(ports.observationSize).fill(0));
  }

  reset(options: ResetOptions = {}) {
    this.#mustBeOpen();
    const seed = seedOf('seed', options.seed ?? this.#seed);
    const first = options.seed === undefined ? this.#nextTask : 0;
    const tasks = options.tasks === undefined ? undefined : Float32Array.from(options.tasks);
    const W = this.#taskSize;
    if (tasks !== undefined) finite('tasks', floats('tasks', tasks, this.numEnvs * W, 'all'));
    this.#tasks = this.#envs.map((env, n) => (tasks ? Array.from(tasks.subarray(n * W, (n + 1) * W)) : env.sampleTask(seed, 0, first + n)));
    this.#seed = seed;
    this.#nextTask = first + this.numEnvs;
    this.#elapsed = this.#envs.map(() => 0);
    this.#episodes = this.#envs.map(() => 0);
    this.#envs.forEach((_, n) => {
      this.#start(n);
    });
    return { observations: this.#observations(), tasks: this.tasks() };
  }

  tasks(): Float32Array {
    this.#mustBeOpen();
    return Float32Array.from(this.#tasks.flat());
  }

  step(actions: Float32Array): VectorStep {
    this.#mustBeOpen();
    const A = this.#width;
    finite('actions', floats('actions', actions, this.numEnvs * A, 'all'));
    const { head, actionWidth } = portsOf(this.config);
    if (head === 'categorical')
      for (const a of actions)
        if (!(Number.isInteger(a) && a >= 0 && a < actionWidth))
          throw new WasmetaError('E_ARGUMENT', `"actions" expected choices below ${actionWidth}, got ${a}`);
    if (this.#tasks.length === 0) throw new WasmetaError('E_ARGUMENT', '"step" expected a reset before the first step');
    this.moves = this.#envs.map((env, n) => env.move(actions.subarray(n * A, (n + 1) * A)));
    const truncated = this.moves.map(({ terminated }, n) => ++this.#elapsed[n] >= this.config.horizon && !terminated);
    this.#envs.forEach((env, n) => {
      if (!this.moves[n].terminated && !truncated[n]) return;
      this.#final[n] = env.observe();
      this.#elapsed[n] = 0;
      this.#episodes[n]++;
      this.#start(n);
    });
    return {
      observations: this.#observations(),
      rewards: Float32Array.from(this.moves, (move) => move.reward),
      terminated: Uint8Array.from(this.moves, (move) => Number(move.terminated)),
      truncated: Uint8Array.from(truncated, Number),
      faults: new Uint8Array(this.numEnvs),
      finalObservations: Float32Array.from(this.#final.flat()),
    };
  }

  /** Takes the states from observations [N, O], of a family whose twin can. False if it can't. */
  resume(observations: Float32Array): boolean {
    const O = observations.length / this.numEnvs;
    for (const [n, env] of this.#envs.entries()) {
      if (env.resume === undefined) return false;
      env.resume(observations.subarray(n * O, (n + 1) * O));
    }
    return true;
  }

  /** Takes the states [N, S], of a family whose twin must. */
  restore(states: () => ArrayLike<number>): void {
    if (this.#envs.some(({ restore }) => restore === undefined)) return;
    const all = Array.from(states());
    const S = all.length / this.numEnvs;
    for (const [n, env] of this.#envs.entries()) env.restore?.(all.slice(n * S, (n + 1) * S));
  }

  #start(n: number): void {
    const task = this.#nextTask - this.numEnvs + n;
    this.#envs[n].start(this.#tasks[n], { seed: this.#seed, split: 0, task, episode: this.#episodes[n] });
  }

  close(): void {
    this.#closed = true;
  }

  #observations(): Float32Array {
    return Float32Array.from(this.#envs.flatMap((env) => env.observe()));
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new WasmetaError('E_CLOSED', 'closed');
  }
}
