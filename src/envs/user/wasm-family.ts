/**
 * A user's environment as a WebAssembly module, by the ABI of docs/your-environment.md: a memory of its own, one instance for each batch, and calls that move all
 * N environments at once. Nothing that it does can touch the engine: a trap or a wrong address ends the run with `E_ENV`.
 */
import { WasmetaError } from '../../core/errors.ts';
import type { FamilySpec } from '../spec.ts';
import { describe } from './definition.ts';
import { familyFrom } from './family.ts';
import type { EnvModule } from './user-law.ts';
import { type EnvExports, instanceOf, WasmBatch } from './wasm-law.ts';

const envAbiVersion = 1;
const longestSpec = 1_000_000;

/** Throws `E_ENV`, or what `describe` throws. */
export async function familyOfWasm(bytes: Uint8Array, module: EnvModule): Promise<FamilySpec> {
  const compiled = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>).catch((cause: Error) => {
    throw new WasmetaError('E_ENV', `${module.name} doesn't compile: ${cause.message}`, { name: module.name }, cause);
  });
  const exports = checkedExports(instanceOf(compiled, module.name), module.name);
  const description = describe(specOf(exports, module.name));
  if (description.tolerantRewards.length > 0 && exports.tolerance === undefined)
    throw new WasmetaError('E_ENV', `${module.name} expected an export "tolerance", since "tolerantRewards" of its spec names rewards`, {
      name: module.name,
      rule: 'abi-version',
    });
  return familyFrom(
    description,
    { module, create: (config, size) => new WasmBatch(compiled, module.name, description, config, size) },
    { hasOracle: exports.oracle !== undefined, stateOf: null },
  );
}

const needed = ['abi', 'spec', 'create', 'sample_tasks', 'start', 'step'] as const;

function checkedExports(exports: WebAssembly.Exports, name: string): EnvExports {
  const missing = needed.filter((one) => typeof exports[one] !== 'function');
  if (!(exports.memory instanceof WebAssembly.Memory)) missing.push('memory' as never);
  if (missing.length > 0)
    throw new WasmetaError('E_ENV', `${name} expected exports ${[...needed, 'memory'].join(', ')}; it lacks ${missing.join(', ')}`, {
      name,
      rule: 'abi-version',
      missing,
    });
  const checked = exports as EnvExports;
  const found = checked.abi();
  if (found !== envAbiVersion)
    throw new WasmetaError('E_ENV', `${name} expected version ${envAbiVersion} of the environment ABI, got ${found}`, {
      name,
      rule: 'abi-version',
      expected: envAbiVersion,
      found,
    });
  return checked;
}

/** The JSON to which `spec` points, up to its zero byte. */
function specOf(exports: EnvExports, name: string): unknown {
  const bytes = new Uint8Array(exports.memory.buffer);
  const from = exports.spec() >>> 0;
  const end = bytes.indexOf(0, from);
  if (from >= bytes.length || end < 0 || end - from > longestSpec)
    throw new WasmetaError('E_ENV', `"spec" of ${name} expected the address of a text that ends with a zero byte, got ${from}`, { name });
  const text = new TextDecoder().decode(bytes.subarray(from, end));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WasmetaError('E_ENV', `"spec" of ${name} expected JSON: ${(cause as Error).message}`, { name }, cause);
  }
}
