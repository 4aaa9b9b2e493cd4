/** Compiles the users' environments of the tests by clang and asc; the modules are committed, so that tests need no clang. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const tests = join(root, 'test/envs/user');
const work = mkdtempSync(join(tmpdir(), 'wasmeta-laws-'));

const run = (command, args) => {
  const { status, stderr, error } = spawnSync(command, args, { cwd: work, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
};
const clang = (source, to, ...defines) =>
  run('clang', [
    '--target=wasm32',
    '-O3',
    '-mbulk-memory',
    '-nostdlib',
    '-Wl,--no-entry',
    '-Wl,--strip-all',
    `-I${join(root, 'include')}`,
    ...defines,
    '-o',
    to,
    source,
  ]);
/** asc finds `wasmeta/assembly` in node_modules, as a user's does. */
const asc = (source, to) => {
  writeFileSync(join(work, 'law.ts'), source);
  const options = ['--optimize', '--runtime', 'stub', '--enable', 'simd', '--disableWarning', '112'];
  run(process.execPath, [join(root, 'node_modules/assemblyscript/bin/asc.js'), 'law.ts', '--outFile', to, ...options]);
};
const template = (path, id) =>
  readFileSync(join(root, 'templates', path), 'utf8')
    .replaceAll(/\bID\b/g, id)
    .replaceAll(/\bNAME\b/g, 'pendulum');

mkdirSync(join(work, 'node_modules'));
symlinkSync(root, join(work, 'node_modules/wasmeta'), 'dir');
for (const name of ['bandit', 'reach']) clang(join(tests, `laws/${name}.c`), join(tests, `laws/${name}.wasm`));
writeFileSync(join(work, 'pendulum.c'), template('c/NAME.c', 'PendulumInC-v0'));
clang(join(work, 'pendulum.c'), join(tests, 'laws/pendulum-c.wasm'));
asc(template('as/NAME.ts', 'PendulumInAs-v0'), join(tests, 'laws/pendulum-as.wasm'));
asc(readFileSync(join(tests, 'laws/point-mass.ts'), 'utf8'), join(tests, 'laws/point-mass.wasm'));
for (const [name, fault] of Object.entries({
  traps: 'TRAPS',
  grows: 'GROWS',
  'beyond-rows': 'BEYOND',
  sizes: 'LIES',
  'abi-version': 'ABI',
})) {
  const id = `${name.replaceAll(/(^|-)(\w)/g, (_, _dash, letter) => letter.toUpperCase())}-v0`;
  clang(join(tests, 'broken/broken.c'), join(tests, `broken/${name}.wasm`), `-D${fault}`, `-DID="${id}"`);
}
rmSync(work, { recursive: true });
