/** Compiles the AssemblyScript targets of asconfig.json that are older than their sources, after writing the places of the families' numbers. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeNumbers } from './family-numbers.mjs';

const root = resolve(import.meta.dirname, '..');
const TARGETS = [
  { name: 'engine', entry: 'assembly/index.ts' },
  { name: 'kernels', entry: 'assembly/kernels.ts' },
  { name: 'engine-debug', entry: 'assembly/index.ts', debug: true },
  { name: 'kernels-debug', entry: 'assembly/kernels.ts', debug: true },
];

/** Answers with one task for each target that has to be compiled. */
export async function wasmTasks({ debug, note }) {
  mkdirSync(resolve(root, 'build/wasm'), { recursive: true });
  if (await writeMathModule()) note(`${MATH_SOURCE}: written`);
  for (const path of await writeNumbers()) note(`${path}: written`);
  const config = JSON.parse(readFileSync(resolve(root, 'asconfig.json'), 'utf8'));
  return TARGETS.filter((target) => debug || !target.debug)
    .filter(({ name, entry }) => {
      if (!existsSync(resolve(root, entry))) {
        note(`${name}: skipped, ${entry} does not exist`);
        return false;
      }
      return isStale(resolve(root, entry), resolve(root, config.targets[name].outFile));
    })
    .map(({ name, entry }) => async () => {
      await run('node_modules/assemblyscript/bin/asc.js', [entry, '--config', 'asconfig.json', '--target', name]);
      note(`${name}: compiled`);
    });
}

const MATH_SOURCE = 'src/envs/user/math-module.ts';

/** The functions of assembly/host-math.ts as a string in a source file, because they are needed where no file can be fetched. True if they had to be compiled. */
async function writeMathModule() {
  const [entry, output, source] = ['assembly/host-math.ts', 'build/wasm/host-math.wasm', MATH_SOURCE].map((path) => resolve(root, path));
  if (!isStale(entry, output) && existsSync(source)) return false;
  await run('node_modules/assemblyscript/bin/asc.js', ['assembly/host-math.ts', '--config', 'asconfig.json', '--target', 'host-math']);
  const text = readFileSync(output).toString('base64');
  writeFileSync(
    source,
    `// Generated from assembly/host-math.ts by scripts/compile-wasm.mjs; do not edit.\nexport const mathModule =\n  '${text}';\n`,
  );
  return true;
}

function isStale(entry, output) {
  if (!existsSync(output)) return true;
  const built = statSync(output).mtimeMs;
  return [...sourcesOf(entry), resolve(root, 'asconfig.json')].some((file) => statSync(file).mtimeMs >= built);
}

/** The file and everything it imports by a relative path. */
function sourcesOf(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/from\s+["'](\.[^"']+)["']/g)) {
    const stem = resolve(dirname(file), path);
    const source = [stem, `${stem}.ts`, `${stem}/index.ts`].find((name) => name.endsWith('.ts') && existsSync(name));
    if (source !== undefined) sourcesOf(source, found);
  }
  return found;
}

/** Runs a script of a dependency with this Node; rejects with its output when it fails. */
export function run(script, args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [resolve(root, script), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done(output) : fail(new Error(`${script} ${args.join(' ')} failed (${code})\n${output}`))));
  });
}
