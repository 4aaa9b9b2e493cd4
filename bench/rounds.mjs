/** Rates measured in turns, so that all have the machine's moods alike. */
export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** { name: values of `rounds` rounds }, of { name: () => rate }; one round before them warms up. */
export async function inTurns(rates, rounds) {
  const measured = Object.fromEntries(Object.keys(rates).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, rate] of Object.entries(rates)) {
      const value = await rate();
      if (round > 0) measured[name].push(value);
    }
  return measured;
}
