/**
 * What acts as one small file, without what only training needs: safetensors with the policy's tensors by their names, and everything else that an agent is made of
 * (environment, policy, belief, rules of adaptation) as JSON in the metadata, whose arrays are tensors, too.
 */
import type { ActingLearner } from '../algorithms/learner.ts';
import { WasmetaError } from '../core/errors.ts';
import { portsOf, resolveEnv } from '../envs/registry.ts';
import { parameterSlots, resolvePolicy, sizeOf } from '../policies/policy.ts';
import { parseBounded } from '../runs/json.ts';
import { decodeTensors, encodeTensors, type Tensor } from '../runs/safetensors.ts';

const format = 'wasmeta-agent-1';
const deepest = 12;

export function encodeAgent(algo: string, { parameters, ...rest }: ActingLearner): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const { name, shape, offset, size } of parameterSlots(resolvePolicy(rest.policy, portsOf(rest.env))))
    tensors.set(name, { shape, data: parameters.subarray(offset, offset + size) });
  const acting = JSON.stringify(withoutArrays(rest, 'acting', tensors));
  return encodeTensors({ tensors, metadata: new Map(Object.entries({ format, algo, acting })) });
}

/** null if the file is not of this format. Throws `E_CHECKPOINT_CORRUPT`, or what `resolveEnv` and `resolvePolicy` throw. */
export function decodeAgent(file: Uint8Array, title: string): ActingLearner | null {
  const { tensors, metadata } = decodeTensors(file, title);
  if (metadata.get('format') !== format) return null;
  const corrupt = (why: string): never => {
    throw new WasmetaError('E_CHECKPOINT_CORRUPT', `${title} is damaged: ${why}`, { file: title, why });
  };
  const acting = parseBounded(new TextEncoder().encode(metadata.get('acting') ?? ''), deepest);
  if (acting === null || typeof acting !== 'object') return corrupt('it does not say what acts');
  const rest = withArrays(acting, (name) => floatsOf(tensors.get(name)) ?? corrupt(`it has no tensor "${name}"`)) as Omit<
    ActingLearner,
    'parameters'
  >;
  const env = resolveEnv(rest.env);
  const slots = parameterSlots(resolvePolicy(rest.policy, portsOf(env)));
  const parameters = new Float32Array(sizeOf(slots));
  for (const { name, offset, size } of slots) {
    const data = floatsOf(tensors.get(name));
    if (data?.length !== size) return corrupt(`tensor "${name}" expected ${size} numbers, got ${data?.length ?? 'none'}`);
    parameters.set(data, offset);
  }
  return { ...rest, env, parameters };
}

const floatsOf = (tensor: Tensor | undefined) => (tensor?.data instanceof Float32Array ? tensor.data : undefined);

/** Plain data whose arrays of floats are put into `tensors`, each replaced by its name. */
function withoutArrays(value: unknown, path: string, tensors: Map<string, Tensor>): unknown {
  if (value instanceof Float32Array) {
    tensors.set(path, { shape: [value.length], data: value });
    return { tensor: path };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutArrays(field, `${path}/${name}`, tensors)]));
}

function withArrays(value: unknown, tensor: (name: string) => Float32Array): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const { tensor: name } = value as { tensor?: unknown };
  if (typeof name === 'string') return tensor(name);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withArrays(field, tensor)]));
}
