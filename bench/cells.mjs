/**
 * RL² with the memory's cell exchanged, the recipe otherwise as it is: CPU and wall time of one iteration on the calling thread, in turns, medians over rounds,
 * as ratios to the recipe's own cell.
 *   node bench/cells.mjs [RECIPE …] [--rounds 5]
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const recipes = ['pomdp-semicircle', 'varibad-grid', 'pulls-10', 'episodes-10'];
const memories = [{}, { kind: 'lstm' }, { kind: 'mingru' }, { kind: 'mingru', depth: 2 }];
const [warmUp, iterations] = [2, 4];

/** Runs in a process of its own: prints one JSON line. */
async function measure(recipe, memory) {
  const [{ rl2 }, { createInlineExecutor }] = await Promise.all(
    ['index.js', 'inline.js'].map((file) => import(resolve(root, 'build', file))),
  );
  const { algo: _, ...settings } = JSON.parse(readFileSync(resolve(root, 'recipes/rl2', `${recipe}.json`), 'utf8'));
  const policy = { ...settings.policy, ...memory };
  const executor = createInlineExecutor();
  let [cpu, wall] = [process.cpuUsage(), performance.now()];
  for await (const { iteration } of rl2.train({ ...settings, policy, iterations: warmUp + iterations, seed: 1 }, executor))
    if (iteration === warmUp) [cpu, wall] = [process.cpuUsage(), performance.now()];
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ cpu: (user + system) / 1000 / iterations, wall: (performance.now() - wall) / iterations }));
  await executor.close();
}

function compare(chosen, rounds) {
  console.log(['recipe', 'cell', 'CPU ms', 'CPU ratio', 'wall ratio'].join('\t'));
  for (const recipe of chosen) {
    const runs = memories.map(() => /** @type {{ cpu: number, wall: number }[]} */ ([]));
    for (let round = 0; round < rounds; round++)
      memories.forEach((memory, i) => {
        const line = execFileSync(process.execPath, [import.meta.filename, '--one', recipe, JSON.stringify(memory)], { encoding: 'utf8' });
        runs[i].push(JSON.parse(line));
      });
    const median = (i, of) => runs[i].map((run) => run[of]).sort((a, b) => a - b)[rounds >> 1];
    memories.forEach(({ kind = 'its own', depth = 1 }, i) => {
      const ratio = (of) => (median(0, of) / median(i, of)).toFixed(2);
      console.log([recipe, `${kind} × ${depth}`, median(i, 'cpu').toFixed(0), ratio('cpu'), ratio('wall')].join('\t'));
    });
  }
}

const given = process.argv.slice(2);
if (given[0] === '--one') await measure(given[1], JSON.parse(given[2]));
else {
  const at = given.indexOf('--rounds');
  const rounds = at < 0 ? 5 : Number(given.splice(at, 2)[1]);
  compare(given.length > 0 ? given : recipes, rounds);
}
