// The sparse semicircle of the built-in point mass, written against the ABI with SIMD across environments: what a user's WebAssembly costs beside ours.
import { define, Doubles, Env, Floats, Random } from 'wasmeta/assembly/env';
import { cosTurns4, sinTurns4 } from 'wasmeta/assembly/math';
import { philox4, uniform4 } from 'wasmeta/assembly/philox';

export { abi, create, sample_tasks, spec, start, step } from 'wasmeta/assembly/env';

class PointMass extends Env {
  constructor() {
    super(0, 2, 2, 2); // the place is what is observed: there is no other state to show
  }

  spec(): string {
    return `{
      "id": "AbiPointMass-v0",
      "observation": [{ "name": "x", "unit": "m" }, { "name": "y", "unit": "m" }],
      "action": [{ "name": "dx", "unit": "0.1 m" }, { "name": "dy", "unit": "0.1 m" }],
      "task": [{ "name": "goal x", "unit": "m", "low": -1, "high": 1 }, { "name": "goal y", "unit": "m", "low": -1, "high": 1 }],
      "state": 0,
      "presets": { "semicircle": { "horizon": 100, "episodes": 3 } },
      "ends": false
    }`;
  }

  sampleAll(seed: u32, split: u32): void {
    const zero = i32x4.splat(0);
    for (let i = 0; i < this.numEnvs; i += 4) {
      philox4(seed, split << 4, v128.load(this.taskIds + (<usize>i << 2)), zero, zero, zero);
      const turns = f32x4.mul(f32x4.splat(0.5), uniform4(0));
      this.storePairs(this.tasks, i, cosTurns4(turns), sinTurns4(turns));
    }
  }

  // The place of a point is all of its state, and all that is observed.
  startAll(seed: u32, split: u32): void {
    for (let n = 0; n < this.numEnvs; n++) if (load<u8>(this.which + n)) store<u64>(this.observations + (<usize>n << 3), 0);
  }

  stepAll(seed: u32, split: u32): void {
    const one = f32x4.splat(1);
    const minus = f32x4.splat(-1);
    const length = f32x4.splat(0.1);
    const tolerance = f32x4.splat(0.2);
    for (let i = 0; i < this.numEnvs; i += 4) {
      const pairs = <usize>i << 3;
      const a0 = v128.load(this.actions + pairs);
      const a1 = v128.load(this.actions + pairs, 16);
      const p0 = f32x4.add(v128.load(this.observations + pairs), f32x4.mul(length, f32x4.min(f32x4.max(a0, minus), one)));
      const p1 = f32x4.add(v128.load(this.observations + pairs, 16), f32x4.mul(length, f32x4.min(f32x4.max(a1, minus), one)));
      v128.store(this.observations + pairs, p0);
      v128.store(this.observations + pairs, p1, 16);
      const d0 = f32x4.sub(p0, v128.load(this.tasks + pairs));
      const d1 = f32x4.sub(p1, v128.load(this.tasks + pairs, 16));
      const dx = v128.shuffle<f32>(d0, d1, 0, 2, 4, 6);
      const dy = v128.shuffle<f32>(d0, d1, 1, 3, 5, 7);
      const d = f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)));
      v128.store(this.rewards + (<usize>i << 2), v128.and(f32x4.le(d, tolerance), f32x4.sub(one, d)));
    }
  }

  private storePairs(to: usize, i: i32, x: v128, y: v128): void {
    v128.store(to + (<usize>i << 3), v128.shuffle<f32>(x, y, 0, 4, 1, 5));
    v128.store(to + (<usize>i << 3), v128.shuffle<f32>(x, y, 2, 6, 3, 7), 16);
  }

  // The law of one environment is not used.
  sampleTask(task: Floats, random: Random): void {}
  reset(state: Doubles, task: Floats, random: Random): void {}
  step(state: Doubles, action: Floats, task: Floats, random: Random, rewards: Floats): bool { return false; }
  observe(state: Doubles, task: Floats, out: Floats): void {}
}

define(new PointMass());
