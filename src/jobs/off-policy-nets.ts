/** Actor and critics of an off-policy learner in the memory of tfjs, where programs compute their gradients and kernels move them in place. */
import { finiteNumber } from '../losses/finite.ts';
import {
  minibatchFields,
  type NetTensors,
  type OffPolicyBatch,
  type Td3LossOptions,
  type Td3Programs,
  td3Programs,
} from '../losses/td3.ts';
import type { AdamState } from '../optim/adam.ts';
import { actorShape, criticShape } from '../policies/actor-critic.ts';
import { numParameters, type PolicyShape } from '../policies/policy.ts';
import { floatsAt, type Program } from '../tf/capture.ts';
import { kernelsOf } from '../tf/kernels.ts';
import type { Tf } from '../tf/tf.ts';
import type { Td3Nets, Td3Options, Td3Sums } from './off-policy-data.ts';

const epsilon = 1e-5;
const [beta1, beta2] = [0.9, 0.999];

type Tensor = NetTensors['actor'];

export class OffPolicyNets {
  readonly #tf: Tf;
  readonly #hasActor: boolean;
  readonly #nets: NetTensors;
  /** m and v of Adam, of actor and critics. */
  readonly #moments: Readonly<Record<'actorM' | 'actorV' | 'criticM' | 'criticV', Tensor>>;
  readonly #programs: Td3Programs;
  readonly #fields: ReturnType<typeof minibatchFields>;

  constructor(tf: Tf, shape: PolicyShape, size: number, options: Td3LossOptions) {
    this.#tf = tf;
    this.#hasActor = shape.head !== 'categorical';
    const vector = (count: number) => tf.keep(tf.zeros([Math.max(1, count)]));
    const A = this.#hasActor ? numParameters(actorShape(shape)) : 0;
    const P = 2 * numParameters(criticShape(shape));
    this.#nets = { actor: vector(A), actorTarget: vector(A), critics: vector(P), criticTargets: vector(P) };
    this.#moments = { actorM: vector(A), actorV: vector(A), criticM: vector(P), criticV: vector(P) };
    this.#programs = td3Programs(tf, shape, this.#nets, size, options);
    this.#fields = minibatchFields(shape);
  }

  /** Moves `nets` by U updates, in place; the actor moves in every second one. Throws `E_NOT_FINITE` that names what is not. */
  update(nets: Td3Nets, batch: OffPolicyBatch, { learningRate, targetRate }: Pick<Td3Options, 'learningRate' | 'targetRate'>): Td3Sums {
    const { critic, actor } = this.#programs;
    const kernels = kernelsOf(this.#tf);
    const { criticM, criticV, actorM, actorV } = this.#moments;
    const sums = { criticLoss: 0, value: 0 };
    this.#each(nets, (tensor, values) => this.#floats(tensor).set(values));
    for (let u = 0; u < batch.updates; u++) {
      this.#fill(critic, this.#fields.ofCritic, batch, u);
      critic.run();
      sums.criticLoss += finiteNumber('critic loss', critic.number('loss')) / batch.updates;
      sums.value += critic.number('value') / batch.updates;
      this.#move(critic, this.#nets.critics, criticM, criticV, nets.criticAdam, learningRate);
      if (this.#hasActor && nets.updates % 2 === 1) {
        this.#fill(actor, this.#fields.ofActor, batch, u);
        actor.run();
        finiteNumber('actor loss', actor.number('loss'));
        this.#move(actor, this.#nets.actor, actorM, actorV, nets.actorAdam, learningRate);
      }
      const follow = (target: Tensor, net: Tensor) => kernels.blend(this.#at(target), this.#at(net), net.size, targetRate);
      follow(this.#nets.criticTargets, this.#nets.critics);
      if (this.#hasActor) follow(this.#nets.actorTarget, this.#nets.actor);
      nets.updates++;
    }
    this.#each(nets, (tensor, values) => values.set(this.#floats(tensor)));
    return sums;
  }

  dispose(): void {
    this.#programs.critic.dispose();
    this.#programs.actor.dispose();
    for (const tensor of [...Object.values(this.#nets), ...Object.values(this.#moments)]) tensor.dispose();
  }

  #fill(program: Program, fields: Readonly<Record<string, number>>, batch: OffPolicyBatch, u: number): void {
    for (const [name, width] of Object.entries(fields)) {
      const count = width * batch.size;
      program.input(name).set(batch[name as 'next'].subarray(u * count, (u + 1) * count));
    }
  }

  /** One step of Adam by a program's gradient. */
  #move(program: Program, net: Tensor, m: Tensor, v: Tensor, { decay }: AdamState, learningRate: number): void {
    decay[0] *= beta1;
    decay[1] *= beta2;
    const addresses = [this.#at(net), program.outputAt('gradient'), this.#at(m), this.#at(v)];
    kernelsOf(this.#tf).adam(...addresses, net.size, learningRate, 1 - decay[0], 1 - decay[1], epsilon);
  }

  /** Every vector that is kept between jobs, with its place. Those of an actor that is not there are empty. */
  #each(nets: Td3Nets, use: (tensor: Tensor, values: Float32Array) => void): void {
    const { criticM, criticV, actorM, actorV } = this.#moments;
    use(this.#nets.critics, nets.critics);
    use(this.#nets.criticTargets, nets.criticTargets);
    use(criticM, nets.criticAdam.m);
    use(criticV, nets.criticAdam.v);
    if (!this.#hasActor) return;
    use(this.#nets.actor, nets.actor);
    use(this.#nets.actorTarget, nets.actorTarget);
    use(actorM, nets.actorAdam.m);
    use(actorV, nets.actorAdam.v);
  }

  #at(tensor: Tensor): number {
    return this.#tf.dataOffset(tensor);
  }

  #floats(tensor: Tensor): Float32Array {
    return floatsAt(this.#tf, this.#at(tensor), tensor.size);
  }
}
