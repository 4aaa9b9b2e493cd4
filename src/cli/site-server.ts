/**
 * Serves a folder to this machine alone, with single files beside it that stand in no folder. It answers to requests for localhost only, so that a page of
 * another site whose name leads here reads nothing. `isolated` adds the two headers that SharedArrayBuffer asks for; the pages need neither.
 */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, relative, resolve, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mts': 'text/javascript; charset=utf-8',
  '.safetensors': 'application/octet-stream',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
const typeOf = (path: string) => types[extname(path)] ?? 'application/octet-stream';

/** The content of a file that stands in no folder; `as`: what the browser wants it for (Sec-Fetch-Dest: script, empty, …), '' where it does not say. */
export type FileBeside = (as: string) => Uint8Array | string;

interface ServeOptions {
  /** 0: any free one. */
  readonly port?: number;
  readonly isolated?: boolean;
  /** By path: `/view.json`. They come before those of the folder. */
  readonly beside?: ReadonlyMap<string, FileBeside>;
}

/** Answers with the address and a function that ends it. */
export async function serve(folder: string, { port = 0, isolated = false, beside = new Map() }: ServeOptions = {}) {
  const server = createServer((request, response) => {
    const headers = { ...(isolated ? isolation : {}), 'cache-control': 'no-cache', vary: 'sec-fetch-dest' };
    const refuse = (status: number, why: string) =>
      response.writeHead(status, { ...headers, 'content-type': 'text/plain' }).end(`${why}\n`);
    const own = [`localhost:${portOf(server)}`, `127.0.0.1:${portOf(server)}`, 'localhost'];
    if (!own.includes(request.headers.host ?? '')) return refuse(403, 'this server answers to localhost alone');
    if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405, headers).end();
    answer(request, response, headers).catch((error: Error) => refuse(500, error.message));
  });

  async function answer(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>): Promise<void> {
    const path = pathOf(request.url ?? '/');
    const file = path === null ? undefined : beside.get(path);
    if (file !== undefined) {
      const content = file(`${request.headers['sec-fetch-dest'] ?? ''}`);
      response.writeHead(200, { ...headers, 'content-type': typeOf(path as string), 'content-length': Buffer.byteLength(content) });
      response.end(request.method === 'HEAD' ? undefined : content);
      return;
    }
    const found = path === null ? null : await fileIn(folder, path);
    if (found === null) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': typeOf(found.file), 'content-length': found.size });
    if (request.method === 'HEAD') response.end();
    else {
      const stream = createReadStream(found.file).on('error', () => response.destroy());
      // A download that is broken off must not keep the file open: `pipe` would.
      response.on('close', () => stream.destroy());
      stream.pipe(response);
    }
  }

  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', listening);
  });
  return {
    address: `http://localhost:${portOf(server)}/`,
    close: () =>
      new Promise<unknown>((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

const portOf = (server: ReturnType<typeof createServer>) => (server.address() as AddressInfo | null)?.port;

/** The path that an address means, with the start page of a folder; null where it can't be read. */
function pathOf(address: string): string | null {
  try {
    const path = decodeURIComponent(new URL(address, 'http://localhost').pathname);
    return path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    return null;
  }
}

/** null: outside the folder (a link may lead there), hidden, a folder or not there. */
async function fileIn(folder: string, path: string): Promise<{ file: string; size: number } | null> {
  const file = resolve(folder, `.${path}`);
  if (
    path.includes('\0') ||
    relative(folder, file)
      .split(sep)
      .some((part) => part.startsWith('.'))
  )
    return null;
  const [root, real] = await Promise.all([folder, file].map((one) => realpath(one).catch(() => '')));
  if (!real.startsWith(`${root}${sep}`)) return null;
  const found = await stat(real).catch(() => null);
  return found?.isFile() ? { file, size: found.size } : null;
}
