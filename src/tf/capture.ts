/**
 * Programs: tfjs code of fixed shapes that is run once by tfjs, with every kernel call recorded, and then replayed by those calls alone: no tensor, tape or
 * garbage in between, the same bits. What varies between runs must come in by the named inputs; everything else is a constant of the recording.
 * Code that cannot be recorded (it looks at a number, or runs a kernel in JavaScript) is run by tfjs every time, and `refused` names the kernel.
 */

import type { Tensor } from '#tf';
import { alive } from '../core/alive.ts';
import { WasmetaError } from '../core/errors.ts';
import type { Tf } from './tf.ts';

interface InputShape {
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32';
}

type Named<T> = Readonly<Record<string, T>>;
/** A tensor as an input is the caller's, who keeps it alive as long as the program; several programs may share it. */
type Input = InputShape | Tensor;
type ProgramBody = (inputs: Named<Tensor>) => Record<string, Tensor>;
type Recording = ReturnType<Tf['recordCalls']>['recording'];

export class Program {
  readonly #tf: Tf;
  readonly #body: ProgramBody;
  readonly #inputs: Named<Tensor>;
  readonly #own: readonly Tensor[];
  #outputs: Named<Tensor> = {};
  #recording: Recording | null = null;
  /** Byte offsets of the outputs of a recording. */
  #places: Named<number> = {};
  #runs = 0;
  /** The kernel that cannot be recorded; null if there is none, or nothing was recorded yet. */
  refused: string | null = null;

  constructor(tf: Tf, inputs: Named<Input>, body: ProgramBody) {
    this.#tf = tf;
    this.#body = body;
    const isTensor = (input: Input): input is Tensor => 'dataId' in input;
    const made = ({ shape, dtype = 'float32' }: InputShape) => tf.keep(tf.zeros([...shape], dtype));
    this.#inputs = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, isTensor(input) ? input : made(input)]));
    this.#own = Object.entries(this.#inputs).flatMap(([name, tensor]) => (isTensor(inputs[name]) ? [] : [tensor]));
  }

  /** Bytes that the recording holds. */
  get bytes(): number {
    return this.#recording?.bytes ?? 0;
  }

  get recorded(): boolean {
    return this.#recording !== null;
  }

  /** Where an input stands. Write all of it before each run; the view is good until the next call of anything that may take memory. */
  input(name: string): Float32Array {
    return floatsAt(this.#tf, this.#tf.dataOffset(this.#inputs[name]), this.#inputs[name].size);
  }

  /** Writes an input. */
  write(name: string, values: ArrayLike<number>): void {
    const place = this.input(name);
    if (values.length !== place.length)
      throw new WasmetaError('E_ARGUMENT', `input "${name}" expected ${place.length} numbers, got ${values.length}`, { name });
    place.set(values);
  }

  /** The first run is tfjs's, the second is recorded, the others replay. */
  run(): void {
    this.#runs++;
    if (this.#recording !== null) {
      alive();
      for (const { kernel, numbers } of this.#recording.calls) kernel(...numbers);
      return;
    }
    this.#dropOutputs();
    if (this.#runs === 1 || this.refused !== null) this.#outputs = this.#runByTf();
    else this.#record();
  }

  /** What the last run made. The view is good until the next call of anything that may take memory. */
  output(name: string): Float32Array {
    return floatsAt(this.#tf, this.outputAt(name), this.#outputs[name].size);
  }

  /** Byte offset of an output of the last run. */
  outputAt(name: string): number {
    return this.#recording === null ? this.#tf.dataOffset(this.#outputs[name]) : this.#places[name];
  }

  /** A scalar output. */
  number(name: string): number {
    return this.output(name)[0];
  }

  dispose(): void {
    this.#dropOutputs();
    for (const input of this.#own) input.dispose();
    this.#recording?.release();
    this.#recording = null;
  }

  #runByTf(): Named<Tensor> {
    return this.#tf.tidy(() => this.#body(this.#inputs) as never);
  }

  #record(): void {
    const { result, recording } = this.#tf.recordCalls(() => this.#runByTf());
    const tensors = Object.values(result);
    this.refused = recording.refused ?? (tensors.some(({ dtype }) => dtype !== 'float32') ? 'an output that is not float32' : null);
    for (const tensor of tensors) this.#tf.keep(tensor);
    this.#outputs = result;
    if (this.refused !== null) {
      // The outputs live in the recording's memory: they are made again outside of it.
      for (const tensor of tensors) tensor.dispose();
      recording.release();
      this.#outputs = this.#runByTf();
      return;
    }
    this.#places = Object.fromEntries(Object.entries(result).map(([name, tensor]) => [name, this.#tf.dataOffset(tensor)]));
    this.#recording = recording;
  }

  #dropOutputs(): void {
    for (const tensor of Object.values(this.#outputs)) tensor.dispose();
    this.#outputs = {};
  }
}

export function floatsAt(tf: Tf, address: number, count: number): Float32Array {
  return new Float32Array(tf.backendMemory().buffer, address, count);
}

/** Programs kept for reuse, by what makes them differ; the one that was not used for longest gives way. */
class Programs {
  readonly #kept = new Map<string, Program>();

  get(key: string, make: () => Program): Program {
    let program = this.#kept.get(key);
    if (program === undefined) program = make();
    else this.#kept.delete(key);
    this.#kept.set(key, program); // now the newest
    this.#dropOldest(program);
    return program;
  }

  #dropOldest(newest: Program): void {
    let bytes = [...this.#kept.values()].reduce((sum, program) => sum + program.bytes, 0);
    for (const [key, program] of this.#kept) {
      if (program === newest || (this.#kept.size <= mostPrograms && bytes <= mostBytes)) return;
      bytes -= program.bytes;
      this.#kept.delete(key);
      program.dispose();
    }
  }
}

const mostPrograms = 16;
const mostBytes = 2 ** 29;

const stores = new WeakMap<object, Programs>();

/** The program of this key; `make` is called when there is none yet. The key says all that the program's constants depend on. */
export function programFor(tf: Tf, key: readonly unknown[], make: () => Program): Program {
  let programs = stores.get(tf);
  if (programs === undefined) {
    programs = new Programs();
    stores.set(tf, programs);
  }
  return programs.get(JSON.stringify(key), make);
}
