/** Rates measured in turns, so that a change in the machine's load affects all of them alike. */
export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** From { name: () => rate } makes { name: the rates of `rounds` rounds }; one round before them is a warm-up. */
export async function inTurns(rates, rounds) {
  /** @type {Record<string, number[]>} */
  const measured = Object.fromEntries(Object.keys(rates).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, rate] of Object.entries(rates)) {
      const value = await rate();
      if (round > 0) measured[name].push(value);
    }
  return measured;
}
