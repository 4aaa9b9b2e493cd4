/** The packed package, installed into an empty folder outside the repository, and what runs there. */
import { spawn } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from '../once.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Consumer {
  folder: string;
  tarball: string;
  /** Files of the tarball. */
  files: string[];
}

/** Packs into a folder; answers with what is in the tarball, and where it is. */
export async function pack(folder: string): Promise<Pick<Consumer, 'tarball' | 'files'>> {
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder], repository);
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz')) as string;
  return { tarball: join(folder, name), files: filesOf(packed) };
}

const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** Installs packages into a consumer's folder. */
export const install = (folder: string, ...packages: string[]) => run('npm', ['install', ...quiet, ...packages], folder);

/** One folder for all files of tests: what each writes there has names of its own. */
export const installPacked = (): Promise<Consumer> =>
  once('consumer', async (folder) => {
    await cp(join(repository, 'test/package/consumer'), folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    const packed = await pack(folder);
    await install(folder, packed.tarball);
    return { folder, ...packed };
  });

/** `npm pack --json` answers with a list of packages, or with an object of them by name, by its version. */
function filesOf(packed: string): string[] {
  const answer = JSON.parse(packed) as Record<string, { files: { path: string }[] }>;
  return Object.values(answer).flatMap(({ files }) => files.map(({ path }) => path));
}

/** Runs a program to its end; answers with its stdout. One that hangs is killed. */
export function run(command: string, args: string[], cwd: string): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000, killSignal: 'SIGKILL' });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', fail);
    child.on('close', (code, signal) => {
      if (code === 0) done(out);
      else fail(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${out}\n${err}`));
    });
  });
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface Served {
  address: string;
  close(): Promise<void>;
}

/** Makes a page cross-origin isolated. */
export const isolating = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** Serves a folder with these headers. */
export async function serve(folder: string, headers: Record<string, string> = {}): Promise<Served> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    try {
      const body = await readFile(join(folder, path));
      response.writeHead(200, { ...headers, 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { address: `http://localhost:${port}/`, close };
}
