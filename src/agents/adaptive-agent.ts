/** An agent that can also adapt by gradient steps on episodes that it has played, where it was trained to. tfjs is loaded with the first of them. */
import type { ActingLearner, AdaptationRules } from '../algorithms/learner.ts';
import { number, onlyFields, record } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { loadAssets, type WasmSources } from '../platform/assets.ts';
import { Agent, type AgentOptions } from '../rollout/agent.ts';
import { type EpisodeData, pathsOf } from './episodes.ts';

/** How far a gradient step of an agent goes. */
export interface AdaptOptions {
  /** A share of the step size that the learner was tested with. Default 1. */
  readonly scale?: number;
}

/** An agent whose learner adapts by gradient steps: `adapt` answers with a new agent, and this one stays as it is. tfjs is loaded with the first step. */
export class AdaptiveAgent extends Agent {
  /** Steps that it has taken from the weights it was loaded with. */
  readonly gradientSteps: number;
  readonly #module: WebAssembly.Module;
  readonly #acting: ActingLearner;
  readonly #options: AgentOptions;
  readonly #wasm: WasmSources | undefined;

  /** Use `loadAgent` or `createAgent`. */
  constructor(module: WebAssembly.Module, acting: ActingLearner, options: AgentOptions, wasm: WasmSources | undefined, gradientSteps = 0) {
    super(module, acting, options);
    this.gradientSteps = gradientSteps;
    this.#module = module;
    this.#acting = acting;
    this.#options = options;
    this.#wasm = wasm;
  }

  /** Whether it was trained to adapt. */
  get adapts(): boolean {
    return this.#acting.adaptation !== undefined;
  }

  /**
   * Another agent, one gradient step on these episodes further: all of one task, played by this agent with sampled actions. Twenty or more are usual. This agent stays as
   * it is. Throws `E_UNSUPPORTED` for a policy that does not adapt so, `E_ARGUMENT` for episodes that do not fit, `E_NOT_FINITE` where the step is not finite.
   */
  async adapt(episodes: readonly EpisodeData[], options: AdaptOptions = {}): Promise<AdaptiveAgent> {
    onlyFields('adapt options', record('adapt options', options), ['scale']);
    const scale = number('scale', options.scale ?? 1, 0, 1000);
    const rules = this.#rules();
    const paths = pathsOf(this.env, this.policy, episodes);
    const { gradientStep } = await import('./gradient-step.ts');
    const assets = await loadAssets({ learner: true, wasm: this.#wasm });
    const share = scale * (this.gradientSteps === 0 ? 1 : rules.laterStepSize);
    const alpha = rules.stepSizes.map((size) => size * share);
    const parameters = await gradientStep(assets, { env: this.env, policy: this.policy, parameters: this.parameters, paths, rules, alpha });
    const options_ = { ...this.#options, greedy: this.greedy, forget: this.forget };
    return new AdaptiveAgent(this.#module, { ...this.#acting, parameters }, options_, this.#wasm, this.gradientSteps + 1);
  }

  #rules(): AdaptationRules {
    if (this.#acting.adaptation !== undefined) return this.#acting.adaptation;
    throw new WasmetaError('E_UNSUPPORTED', 'this policy was not trained to adapt by gradient steps', { policy: this.policy.kind });
  }
}
