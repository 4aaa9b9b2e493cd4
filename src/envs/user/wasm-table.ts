/** The rows of a user's WebAssembly module: the table of addresses that its `create` returns, checked, as views of its memory. */
import { WasmetaError } from '../../core/errors.ts';
import type { EnvDescription } from './definition.ts';

/** u32 addresses in this order. Rows are row-major [N, ·]. `states` may be 0: then the module shows no states. */
const table = ['tasks', 'actions', 'observations', 'rewards', 'terminated', 'which', 'taskIds', 'episodes', 'elapsed', 'states'] as const;
type RowName = (typeof table)[number];

export interface WasmRows {
  readonly buffer: ArrayBuffer;
  /** [N, W] */
  readonly tasks: Float32Array;
  /** [N, A]; discrete: [N] whole numbers. */
  readonly actions: Float32Array;
  /** [N, O] */
  readonly observations: Float32Array;
  /** [N, R], one column for each named reward. */
  readonly rewards: Float32Array;
  /** [N] */
  readonly terminated: Uint8Array;
  readonly which: Uint8Array;
  readonly taskIds: Uint32Array;
  readonly episodes: Uint32Array;
  readonly elapsed: Int32Array;
  /** [N, S], or null. */
  readonly states: Float64Array | null;
}

/** Throws `E_ENV` (rule sizes) for an address that is not aligned, rows that reach beyond the memory, and rows that share bytes. */
export function rowsAt(memory: WebAssembly.Memory, address: number, N: number, description: EnvDescription, name: string): WasmRows {
  const { observation, action, task, rewards, state } = description;
  const buffer = memory.buffer as ArrayBuffer;
  const taken: { what: string; at: number; end: number }[] = [];
  const claim = (what: string, at: number, bytes: number, alignment: number): number => {
    if (at % alignment !== 0 || at + bytes > buffer.byteLength)
      throw wrong(
        name,
        `an address of ${bytes} bytes for ${what}, a multiple of ${alignment} within its memory of ${buffer.byteLength} bytes`,
        at,
      );
    const other = taken.find((one) => at < one.end && one.at < at + bytes);
    if (other !== undefined)
      throw wrong(
        name,
        `${what} of ${bytes} bytes apart from ${other.what}, which end at ${other.end}: are the sizes those of the spec?`,
        at,
      );
    taken.push({ what, at, end: at + bytes });
    return at;
  };
  const places = new Uint32Array(buffer, claim('the table', address, 4 * table.length, 4), table.length);
  const at = (what: RowName, length: number, bytes: number) => claim(what, places[table.indexOf(what)], length * bytes, bytes);
  const floats = (what: RowName, width: number) => new Float32Array(buffer, at(what, N * width, 4), N * width);
  const bytes = (what: RowName) => new Uint8Array(buffer, at(what, N, 1), N);
  const words = (what: RowName) => new Uint32Array(buffer, at(what, N, 4), N);
  const shows = places[table.indexOf('states')] !== 0;
  return {
    buffer,
    tasks: floats('tasks', task.length),
    actions: floats('actions', 'n' in action ? 1 : action.length),
    observations: floats('observations', observation.length),
    rewards: floats('rewards', Object.keys(rewards).length),
    terminated: bytes('terminated'),
    which: bytes('which'),
    taskIds: words('taskIds'),
    episodes: words('episodes'),
    elapsed: new Int32Array(buffer, at('elapsed', N, 4), N),
    states: shows ? new Float64Array(buffer, at('states', N * state.length, 8), N * state.length) : null,
  };
}

function wrong(name: string, expected: string, got: number): WasmetaError {
  return new WasmetaError('E_ENV', `"create" of ${name} expected ${expected}, got ${got}`, { name, call: 'create', rule: 'sizes' });
}
