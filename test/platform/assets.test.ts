import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModule, loadAssets, readAsset } from '../../src/platform/assets.ts';

const HEADER = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const failsWith = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'WasmetaError', code, message: expect.stringMatching(message) });

let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wasmeta-assets-'));
  await writeFile(join(folder, 'ok.wasm'), HEADER);
  server = createServer((request, response) => {
    if (request.url === '/ok.wasm') return response.setHeader('content-type', 'application/wasm').end(HEADER);
    if (request.url?.endsWith('/page.wasm')) return response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html>');
    if (request.url === '/untyped.wasm') return response.end('\n <html></html>');
    response.statusCode = 404;
    return response.end('<h1>Not found</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe('an asset', () => {
  it('is read from disk, over HTTP and from a data: URL', async () => {
    expect(await readAsset(pathToFileURL(join(folder, 'ok.wasm')))).toEqual(HEADER);
    expect(await readAsset(new URL('/ok.wasm', origin))).toEqual(HEADER);
    expect(await readAsset(new URL(`data:application/wasm;base64,${btoa(String.fromCharCode(...HEADER))}`))).toEqual(HEADER);
  });

  it('that is missing says where it was sought and what to do', async () => {
    const url = pathToFileURL(join(folder, 'gone.wasm'));
    await expect(readAsset(url)).rejects.toThrow(
      failsWith('E_WASM_MISSING', /gone\.wasm can't be read \(ENOENT.*wasm: \{ engine, kernels, tfjs \}/),
    );
    await expect(readAsset(url)).rejects.toThrow(expect.objectContaining({ details: expect.objectContaining({ url: url.href }) }));
    await expect(readAsset(new URL('/gone.wasm', origin))).rejects.toThrow(failsWith('E_WASM_MISSING', /HTTP status 404/));
    await expect(readAsset(new URL('http://127.0.0.1:1/x.wasm'))).rejects.toThrow(failsWith('E_WASM_MISSING', /x\.wasm/));
  });

  it('that is a page in place of a module is refused as one', async () => {
    for (const path of ['/page.wasm', '/untyped.wasm'])
      await expect(readAsset(new URL(path, origin))).rejects.toThrow(failsWith('E_WASM_INVALID', /gave an HTML page/));
  });
});

describe('a page in place of a module', () => {
  it('from the place where Vite keeps bundled packages asks for `optimizeDeps.exclude`', async () => {
    const address = new URL('/node_modules/.vite/deps/wasm/page.wasm', origin);
    await expect(readAsset(address)).rejects.toThrow(failsWith('E_WASM_INVALID', /optimizeDeps: \{ exclude: \['wasmeta'\] \}/));
  });
});

describe('a module', () => {
  it('that does not compile is named, with the cause', async () => {
    await expect(compileModule(new TextEncoder().encode('version https://git'), 'engine')).rejects.toThrow(
      failsWith('E_WASM_INVALID', /"engine" expected a WebAssembly module, got 19 bytes beginning "version https:\/\/"/),
    );
    const error = await compileModule(new Uint8Array([...HEADER, 9, 9, 9]), 'kernels').catch((thrown) => thrown);
    expect(error).toEqual(failsWith('E_WASM_INVALID', /"kernels" doesn't compile/));
    expect(error.cause).toBeInstanceOf(WebAssembly.CompileError);
  });

  it('can be given as bytes, URL or path', async () => {
    const path = join(folder, 'ok.wasm');
    for (const engine of [
      HEADER,
      pathToFileURL(path),
      pathToFileURL(path).href,
      path,
      relative(process.cwd(), path),
      `${origin}/ok.wasm`,
    ]) {
      const assets = await loadAssets({ learner: false, wasm: { engine } });
      expect(assets.engine).toBeInstanceOf(WebAssembly.Module);
      expect([assets.kernels, assets.tfjs]).toEqual([null, null]);
    }
  });

  it('for learners comes with the kernels and with bytes of its own for tfjs', async () => {
    const tfjs = new Uint8Array([9, ...HEADER]).subarray(1);
    const assets = await loadAssets({ learner: true, wasm: { engine: HEADER, kernels: HEADER, tfjs } });
    expect(assets.kernels).toBeInstanceOf(WebAssembly.Module);
    expect(new Uint8Array(assets.tfjs!)).toEqual(HEADER);
  });
});
