/** Builds the site: the playground and the benchmark, from the built package, to build/site. It works from any path and asks for nothing but its own files. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const built = (name: string) => resolve(import.meta.dirname, `../build/${name}.js`);

/** The benchmark loads tfjs as it is built, as a file of its own; that file imports these beside it. */
const errorsBesideTf: Plugin = {
  name: 'errors-beside-tf',
  generateBundle() {
    const waiting = ['errors'];
    for (const name of waiting) {
      const source = readFileSync(built(name), 'utf8');
      this.emitFile({ type: 'asset', fileName: `assets/${name}.js`, source });
      for (const [, other] of source.matchAll(/from\s*["']\.\/([\w-]+)\.js["']/g)) if (!waiting.includes(other)) waiting.push(other);
    }
  },
};

/** SHA-256 of the shipped weights, so that links can name them. */
const gallery = Object.fromEntries(
  readdirSync(resolve(import.meta.dirname, 'gallery'))
    .filter((name) => name.endsWith('.safetensors'))
    .map((name) => [
      name.replace('.safetensors', ''),
      createHash('sha256')
        .update(readFileSync(resolve(import.meta.dirname, 'gallery', name)))
        .digest('hex'),
    ]),
);
const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };

export default defineConfig({
  define: { __GALLERY__: JSON.stringify(gallery), __VERSION__: JSON.stringify(version) },
  root: import.meta.dirname,
  base: './',
  resolve: { alias: { 'wasmeta/bench': built('benchmarks'), 'wasmeta/inline': built('inline'), wasmeta: built('index') } },
  worker: { format: 'es' },
  plugins: [errorsBesideTf],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../build/site',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: scripts, and a .wasm file is streamed
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      // A user's environment that `wasmeta view` serves imports `wasmeta` by a name that must not change.
      input: {
        ...Object.fromEntries(['index', 'bench'].map((page) => [page, resolve(import.meta.dirname, `${page}.html`)])),
        wasmeta: resolve(import.meta.dirname, 'for-environments.ts'),
      },
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames: ({ name }) => (name === 'wasmeta' ? 'wasmeta.js' : 'assets/[name]-[hash].js') },
    },
  },
});
