/** Where jobs go: to the home of their shard, in shares by workers, never to a machine without room. */
import { describe, expect, test } from 'vitest';
import { type Place, Placement } from '../../src/queue/placement.ts';

const place = (id: string, workers = 1, jobs = 0): Place => ({ id, workers, jobs });

/** Places jobs of these shards one after the other, each of which stays. */
function placed(placement: Placement, shards: readonly number[], places: readonly Place[]): (string | null)[] {
  const busy = places.map((one) => ({ ...one }));
  return shards.map((shard) => {
    const chosen = placement.choose(shard, busy);
    for (const one of busy) if (one.id === chosen) one.jobs++;
    return chosen;
  });
}

describe('placement', () => {
  test('shares shards by workers, and keeps each where its last job was done', () => {
    const placement = new Placement();
    const places = [place('a', 1), place('b', 2)];
    const first = placed(placement, [0, 1, 2, 3, 4, 5], places);
    expect(first.filter((id) => id === 'b')).toHaveLength(4);
    expect(placed(placement, [5, 4, 3, 2, 1, 0], places)).toEqual([...first].reverse());
  });

  test('lets jobs without a home wait where every worker has one job and one behind it', () => {
    const placement = new Placement();
    expect(placed(placement, [0, 1, 2], [place('a')])).toEqual(['a', 'a', null]);
    expect(placement.choose(0, [place('a', 1, 2)])).toBe('a'); // at home there is always room
    expect(placement.choose(3, [])).toBe(null);
  });

  test('finds a new home where the old one is gone, and follows a machine that was faster', () => {
    const placement = new Placement();
    placed(placement, [0, 1], [place('a'), place('b')]);
    expect(placement.choose(0, [place('b')])).toBe('b');
    placement.moved(1, 'a');
    expect(placement.choose(1, [place('a'), place('b')])).toBe('a');
  });

  test('gives a machine that joins its share, and moves no more shards than that', () => {
    const placement = new Placement();
    const before = [place('a', 2), place('b', 2)];
    const first = placed(placement, [0, 1, 2, 3, 4, 5, 6, 7], before);
    const after = [...before, place('c', 4)];
    placement.share(after);
    const second = placed(placement, [0, 1, 2, 3, 4, 5, 6, 7], after);
    expect(second.filter((id) => id === 'c')).toHaveLength(4);
    expect(second.filter((id, i) => id !== first[i])).toHaveLength(4);
  });
});
