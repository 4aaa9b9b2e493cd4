import { beforeEach, expect, it, vi } from 'vitest';
import { WasmetaError } from '../../src/core/errors.ts';
import type { Executor } from '../../src/workers/executor.ts';
import { createInlineExecutor } from '../../src/workers/inline.ts';
import { EMPTY_MODULE } from './empty-module.ts';
import type { FakeJob } from './fake-worker.ts';

const runners = vi.hoisted(() => ({ opened: 0, closed: 0, busy: 0, most: 0, work: [] as unknown[] }));

vi.mock('../../src/jobs/runner.ts', () => ({
  createRunner: async (_assets: unknown, work: unknown) => {
    runners.opened += 1;
    runners.work.push(work);
    return {
      async run(job: FakeJob) {
        runners.most = Math.max(runners.most, ++runners.busy);
        await new Promise((resolve) => setTimeout(resolve, 1));
        runners.busy -= 1;
        if (job.kind === 'trap') throw new WebAssembly.RuntimeError('unreachable');
        if (job.kind === 'typed-error') throw new WasmetaError('E_NOT_FINITE', 'the loss is NaN');
        return job.value;
      },
      close() {
        runners.closed += 1;
      },
    };
  },
}));
vi.mock('../../src/jobs/table.ts', () => ({ allWork: 'all work' }));
vi.mock('../../src/jobs/rollout-work.ts', () => ({ rolloutWork: 'rollouts' }));

beforeEach(() => {
  Object.assign(runners, { opened: 0, closed: 0, busy: 0, most: 0, work: [] });
});

type FakeExecutor = Omit<Executor, 'run'> & { run(jobs: readonly FakeJob[]): Promise<unknown[]> };

function open(learner = false): FakeExecutor {
  return createInlineExecutor({ learner, wasm: { engine: EMPTY_MODULE, kernels: EMPTY_MODULE, tfjs: EMPTY_MODULE } }) as never;
}

const echo = (value: unknown): FakeJob => ({ kind: 'echo', shard: 0, value });

it('does jobs in order with one runner, one at a time, over several runs', async () => {
  const executor = open();
  expect(runners.opened).toBe(0);
  expect(await Promise.all([executor.run([echo(1), echo(2)]), executor.run([]), executor.run([echo(3)])])).toEqual([[1, 2], [], [3]]);
  expect(runners).toMatchObject({ opened: 1, most: 1, work: ['rollouts'] });
});

it('does gradients only when asked', async () => {
  await open(true).run([echo(1)]);
  expect(runners.work).toEqual(['all work']);
});

it('keeps its runner after an error of a job, and replaces it after a trap', async () => {
  const executor = open();
  await expect(executor.run([{ kind: 'typed-error', shard: 0 }])).rejects.toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
  expect(await executor.run([echo(1)])).toEqual([1]);
  expect(runners).toMatchObject({ opened: 1, closed: 0 });
  await expect(executor.run([echo(0), { kind: 'trap', shard: 4 }])).rejects.toThrow(
    expect.objectContaining({ code: 'E_WASM_TRAP', details: { kind: 'trap', shard: 4, reason: 'unreachable' } }),
  );
  expect(await executor.run([echo(2)])).toEqual([2]);
  await executor.close();
  expect(runners).toMatchObject({ opened: 2, closed: 2 });
});

it('close ends what is pending with E_CLOSED, twice as well as once', async () => {
  const executor = open();
  const pending = expect(executor.run([echo(1), echo(2)])).rejects.toThrow(expect.objectContaining({ code: 'E_CLOSED' }));
  await Promise.all([executor.close(), executor.close()]);
  await pending;
  await expect(executor.run([])).rejects.toThrow(expect.objectContaining({ code: 'E_CLOSED' }));
});
