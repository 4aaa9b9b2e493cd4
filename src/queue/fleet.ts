/** The machines as a driver sees them: who is there, who may work for it and who may not, and why. Those that are lost are cleared away. */
import { misfit } from './build.ts';
import { clearMachine } from './clear.ts';
import type { Keys } from './keys.ts';
import { type DriverRecord, type MachineRecord, machineFrom } from './messages.ts';
import type { Store } from './redis.ts';

interface FleetOptions {
  readonly store: Store;
  readonly keys: Keys;
  readonly driver: DriverRecord;
  readonly leaseMs: number;
  readonly ttlMs: number;
}

export class Fleet {
  readonly #options: FleetOptions;
  #members = new Map<string, MachineRecord>();
  /** Why machines get no work, by their id. */
  readonly refused = new Map<string, string>();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Machines that may work, leaving ones included, ordered by id. */
  get members(): ReadonlyMap<string, MachineRecord> {
    return this.#members;
  }

  /** Shows that the driver lives, and sees who else does. true if machines came or went. Throws `E_QUEUE`. */
  async look(): Promise<boolean> {
    const { store, keys, driver, leaseMs, ttlMs } = this.#options;
    const [ids] = (await store.send([
      ['smembers', keys.machines],
      ['set', keys.driver(driver.run), JSON.stringify(driver), 'PX', 3 * leaseMs],
      ['sadd', keys.drivers, driver.run],
      ['pexpire', keys.drivers, ttlMs],
    ])) as [string[]];
    const texts = await store.send(ids.map((id) => ['get', keys.machine(id)]));
    const records = ids.map((id, i) => ({ id, text: texts[i], record: machineFrom(texts[i]) }));
    for (const { id, text } of records) if (text === null) await clearMachine(store, keys, id);
    for (const id of [...this.refused.keys()]) if (!ids.includes(id)) this.refused.delete(id);
    const before = [...this.#members.keys()].join();
    const able: MachineRecord[] = [];
    for (const { id, text, record } of records) {
      if (text === null) continue;
      const reason =
        this.refused.get(id) ?? (record?.id === id ? misfit(record.build, driver.build) : 'what it says of itself cannot be read');
      if (reason === null) able.push(record as MachineRecord);
      else await this.refuse(id, reason);
    }
    this.#members = new Map(able.sort((a, b) => (a.id < b.id ? -1 : 1)).map((record) => [record.id, record]));
    return [...this.#members.keys()].join() !== before;
  }

  /** Gives a machine no work, and tells it why. Throws `E_QUEUE`. */
  async refuse(id: string, reason: string): Promise<void> {
    const { store, keys, leaseMs } = this.#options;
    this.refused.set(id, reason);
    this.#members.delete(id);
    await store.send([['set', keys.refusal(id), reason, 'PX', 3 * leaseMs]]);
  }
}
