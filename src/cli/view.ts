/**
 * `wasmeta view [RUN] [--env PATH]`: serves the playground to this machine, with a run or an environment of the user's as tabs of its own. It opens nothing.
 * A run folder never brings code along: the module of its environment must be named by --env, as for every command.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { integer } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { hashArrays } from '../core/hash.ts';
import { loadSafely } from '../experiments/load-safely.ts';
import { encodeCheckpoint } from '../runs/checkpoint.ts';
import { packageFile } from '../runs/package-files.ts';
import { checkFlags, wholeNumber } from './arguments.ts';
import { actingOf, loadRun } from './load-run.ts';
import { filesOfModule } from './module-files.ts';
import { faint, print, printJson } from './output.ts';
import { learningPoints } from './report-parts.ts';
import { type FileBeside, serve } from './site-server.ts';

const usualPort = 8080;

const args = {
  dir: { type: 'positional', description: 'run folder, shown as a tab of its own', required: false, valueHint: 'RUN' },
  env: {
    type: 'string',
    description: 'the file of your own environment, a tab of its own; needed if the run was trained on one',
    valueHint: 'PATH',
  },
  port: { type: 'string', description: `port; default: ${usualPort} or, if it is taken, any free one`, valueHint: 'N' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

export const view = defineCommand({
  meta: { name: 'view', description: 'Serve the playground to this machine, with a run or an environment of yours' },
  args,
  async run({ args: given, rawArgs }) {
    checkFlags(rawArgs, args);
    const port = given.port === undefined ? null : integer('--port', wholeNumber('port', given.port, 0), 0, 65_535);
    const site = packageFile('build/site');
    if (!existsSync(join(site, 'index.html')))
      throw new WasmetaError('E_IO', `${site} is not there: npm run web:build makes it`, { folder: site });
    const files = new Map<string, FileBeside>();
    const env = given.env === undefined ? null : await shownEnv(given.env, files);
    const run = given.dir === undefined ? null : await shownRun(given.dir, files);
    if (env !== null || run !== null) {
      const page = readFileSync(join(site, 'index.html'), 'utf8');
      const told = page.replace('</head>', '<meta name="wasmeta-view" content="./view/view.json" /></head>');
      const document = JSON.stringify({ env, run });
      files.set('/index.html', () => told);
      files.set('/view/view.json', () => document);
    }
    const served = await serve(site, { port: port ?? usualPort, beside: files }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      if (port === null) return serve(site, { beside: files });
      throw new WasmetaError('E_ARGUMENT', `"--port" expected a free port, but ${port} is taken`, { port });
    });
    if (given.json) printJson({ address: served.address, env: env?.id ?? null, run: run?.name ?? null });
    else {
      print(served.address);
      print(faint('open it in a browser on this machine; Ctrl+C ends it'));
    }
    await new Promise<void>((ended) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended());
    });
    await served.close();
  },
});

/** Runs the user's module, as naming it asks for. Throws what `loadSafely` and `filesOfModule` throw. */
async function shownEnv(path: string, files: Map<string, FileBeside>) {
  const { id } = await loadSafely(path);
  const own = await filesOfModule(path, '/view/env/');
  for (const [address, file] of own) files.set(address, file);
  const [[address]] = own;
  return { id, url: encodeURI(`.${address}`) };
}

/** The newest checkpoint with its config, and the curve of the run. Throws what `loadRun` throws. */
async function shownRun(dir: string, files: Map<string, FileBeside>) {
  const loaded = await loadRun(dir);
  const { run, algo, learner, config, state } = loaded;
  actingOf(loaded, 'view');
  const checkpoint = encodeCheckpoint(algo, config, state);
  files.set('/view/run.safetensors', () => checkpoint);
  return {
    name: basename(resolve(dir)),
    url: './view/run.safetensors',
    weights: hashArrays([state.parameters]),
    curve: learningPoints(await run.metrics(state.iteration), learner.progress),
  };
}
