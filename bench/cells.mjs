/**
 * RL² with the memory's cell exchanged, the recipe otherwise as it is: CPU and wall time of one iteration on the calling thread, in turns, medians over rounds,
 * as ratios to the recipe's own cell.
 *   node bench/cells.mjs [RECIPE …] [--rounds 5]
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inTurns, measure, roundsIn } from './training.mjs';

const root = resolve(import.meta.dirname, '..');
const recipes = ['pomdp-semicircle', 'varibad-grid', 'pulls-10', 'episodes-10'];
const memories = [{}, { kind: 'lstm' }, { kind: 'mingru' }, { kind: 'mingru', depth: 2 }];

/** Runs in a process of its own. */
function measureCell(recipe, memory) {
  const { algo: _, ...settings } = JSON.parse(readFileSync(resolve(root, 'recipes/rl2', `${recipe}.json`), 'utf8'));
  return measure(root, 'rl2', { ...settings, policy: { ...settings.policy, ...memory } });
}

function compare(chosen, rounds) {
  console.log(['recipe', 'cell', 'CPU ms', 'CPU ratio', 'wall ratio'].join('\t'));
  for (const recipe of chosen) {
    const variants = memories.map((memory) => [recipe, JSON.stringify(memory)]);
    const cells = inTurns(import.meta.filename, variants, rounds);
    memories.forEach(({ kind = 'its own', depth = 1 }, i) => {
      const ratio = (of) => (cells[0][of] / cells[i][of]).toFixed(2);
      console.log([recipe, `${kind} × ${depth}`, cells[i].cpu.toFixed(0), ratio('cpu'), ratio('wall')].join('\t'));
    });
  }
}

const given = process.argv.slice(2);
if (given[0] === '--one') await measureCell(given[1], JSON.parse(given[2]));
else {
  const rounds = roundsIn(given);
  compare(given.length > 0 ? given : recipes, rounds);
}
