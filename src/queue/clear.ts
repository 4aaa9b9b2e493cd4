/** Takes away what a machine leaves in Redis when it goes, or what another left that is lost. Jobs that failed stay for a day, to be looked at. */
import type { Keys } from './keys.ts';
import type { Store } from './redis.ts';

export const keptFailedMs = 24 * 3_600_000;

/** Takes away what machines and drivers left that are lost: they stand in their sets, and have no record. Throws `E_QUEUE`. */
export async function clearLost(store: Store, keys: Keys): Promise<void> {
  const [ids, runs] = (await store.send([
    ['smembers', keys.machines],
    ['smembers', keys.drivers],
  ])) as [string[], string[]];
  const alive = await store.send(ids.map((id) => ['exists', keys.machine(id)]));
  for (const [i, id] of ids.entries()) if (alive[i] === 0) await clearMachine(store, keys, id);
  const driven = await store.send(runs.map((run) => ['exists', keys.driver(run)]));
  const lost = runs.filter((_, i) => driven[i] === 0);
  await store.send(
    lost.flatMap((run) => [
      ['del', keys.answers(run)],
      ['srem', keys.drivers, run],
    ]),
  );
}

/** Throws `E_QUEUE`. */
export async function clearMachine(store: Store, keys: Keys, machine: string): Promise<void> {
  const [waiting, active] = (await store.send([
    ['lrange', keys.engine(machine, 'wait'), 0, -1],
    ['lrange', keys.engine(machine, 'active'), 0, -1],
  ])) as [string[], string[]];
  const failed = keys.engine(machine, 'failed');
  const jobs = [...waiting, ...active].flatMap((id) => [keys.job(machine, id), `${keys.job(machine, id)}:lock`]);
  const rest = keys.engineAll(machine).filter((key) => key !== failed);
  await store.send([
    ['del', keys.machine(machine), keys.refusal(machine), ...jobs, ...rest],
    ['srem', keys.machines, machine],
    ['pexpire', failed, keptFailedMs],
  ]);
}
