/**
 * Serves a folder to this machine alone. `isolated` adds the two headers that SharedArrayBuffer asks for; the pages need neither.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, relative, resolve, sep } from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.safetensors': 'application/octet-stream',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** The file that an address means, or null: outside the folder, hidden, a folder or not there. */
async function fileFor(folder, address) {
  let path;
  try {
    path = decodeURIComponent(new URL(address, 'http://localhost').pathname);
  } catch {
    return null;
  }
  const file = resolve(folder, `.${path.endsWith('/') ? `${path}index.html` : path}`);
  const inside = relative(folder, file);
  if (path.includes('\0') || inside.split(sep).some((part) => part.startsWith('.'))) return null;
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? { file, size: found.size } : null;
}

/** Answers with the address and a function that ends it. */
export async function serve(folder, { port = 0, isolated = false } = {}) {
  const server = createServer(async (request, response) => {
    const headers = { ...(isolated ? ISOLATED : {}), 'cache-control': 'no-cache' };
    if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405, headers).end();
    const found = await fileFor(folder, request.url ?? '/');
    if (found === null) return response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('not found\n');
    const type = TYPES[extname(found.file)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'content-type': type, 'content-length': found.size });
    if (request.method === 'HEAD') return response.end();
    return createReadStream(found.file)
      .on('error', () => response.destroy())
      .pipe(response);
  });
  await /** @type {Promise<void>} */ (
    new Promise((listening, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', listening);
    })
  );
  return {
    address: `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}
