/** Sets up a fresh clone: dependencies, build, Chromium. It imports only built-in modules, since nothing may be installed yet. */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/**
 * Ends the process with one line that says what is wrong.
 * @returns {never}
 */
export function stop(message) {
  console.error(message);
  process.exit(1);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) stop(`Node 20.19 or later is needed, this is ${process.versions.node}.`);
}

/**
 * Runs a program to its end with our own input and output; answers with its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>}
 */
export function spawnAndWait(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => stop(`${command} can't be started: ${error.message}`));
    child.on('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** Installs what the package-lock.json of a folder names, unless it is there already. No install scripts are run; none is needed. */
export async function installDependencies(report, folder = root) {
  if (dependenciesInstalled(folder)) return;
  report(`installing dependencies (npm ci)${folder === root ? ': 0.5 GB, a minute or more' : ` in ${folder}`}`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm's list of what it added goes to stderr's place: stdout is for results.
  const code = await spawnAndWait(npm, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (code !== 0) stop('npm ci failed: see above.');
}

/** Compares what npm wrote down when it installed with package-lock.json; times of files say little after a clone or a copy. */
function dependenciesInstalled(folder) {
  try {
    const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
    const found = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || found[path]?.version === version);
  } catch {
    return false;
  }
}

const SOURCES = [
  'src',
  'assembly',
  'web',
  'scripts',
  'recipes',
  'package-lock.json',
  'asconfig.json',
  'tsconfig.json',
  'tsconfig.types.json',
];

/** True when a source is newer than the last whole build. */
export function buildIsStale() {
  return changedAt(SOURCES) > builtAt('stamp');
}

/** The same of what tests load: the last build of any kind, and the modules for debugging, which are those of the last whole build. */
export function testBuildIsStale() {
  return changedAt(SOURCES) > Math.max(builtAt('stamp'), builtAt('stamp-fast')) || changedAt(['assembly']) > builtAt('stamp');
}

/** When a file of build/ was written, in ms; 0 if it is not there. */
function builtAt(name) {
  return statSync(join(root, 'build', name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * When the newest of these files, or of the files in these folders, was changed, in ms.
 * @param {string[]} names
 * @returns {number}
 */
function changedAt(names) {
  return Math.max(
    ...names.map((name) => {
      const stats = lstatSync(join(root, name), { throwIfNoEntry: false }); // a link is not followed: it may lead back
      return stats?.isDirectory() ? changedAt(readdirSync(join(root, name)).map((inside) => join(name, inside))) : (stats?.mtimeMs ?? 0);
    }),
  );
}

export async function buildPackage(args = [], output = 'inherit') {
  const stdio = /** @type {import('node:child_process').StdioOptions} */ (['ignore', output, 'inherit']);
  if ((await spawnAndWait(process.execPath, [join(root, 'scripts/build.mjs'), ...args], { stdio })) !== 0)
    stop('the build failed: see above.');
}

/** An installed Chromium, or null: $CHROMIUM, then PATH, then playwright's own. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const places = [process.env.CHROMIUM, ...onPath, '/usr/bin/chromium', ...playwrightChromiums()];
  return places.find((path) => path !== undefined && path !== '' && isExecutable(path)) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function playwrightChromiums() {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(homedir(), '.cache/ms-playwright'),
    join(homedir(), 'Library/Caches/ms-playwright'),
  ];
  const inside = ['chrome-linux/chrome', 'chrome-linux64/chrome', 'chrome-mac/Chromium.app/Contents/MacOS/Chromium'];
  return caches
    .flatMap((cache) => (cache !== undefined && existsSync(cache) ? [cache] : []))
    .flatMap((cache) => readdirSync(cache).map((name) => join(cache, name)))
    .filter((folder) => /chromium-\d+$/.test(folder))
    .sort()
    .reverse()
    .flatMap((folder) => inside.map((path) => join(folder, path)));
}

/** Finds Chromium or installs it. Ends the process when neither works. */
export async function requireChromium(report) {
  const found = findChromium() ?? (await installChromium(report));
  if (found !== null) return found;
  return stop(
    'No Chromium: install one (Debian: apt-get install chromium; anywhere: npx playwright install chromium), or name it in $CHROMIUM, or run `node scripts/test.mjs --node`.',
  );
}

async function installChromium(report) {
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    report('installing Chromium (apt-get)');
    spawnSync('apt-get', ['update'], { stdio: 'ignore' });
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'ignore', env });
    const found = findChromium();
    if (found !== null) return found;
  }
  report('installing Chromium (playwright)');
  await spawnAndWait(process.execPath, [join(root, 'node_modules/playwright/cli.js'), 'install', 'chromium'], { stdio: 'ignore' });
  return findChromium();
}
