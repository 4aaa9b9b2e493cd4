/** Builds the site: the playground and the benchmark, from the built package, to build/site. It works from any path and asks for nothing but its own files. */
import { readFileSync } from 'node:fs';
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

export default defineConfig({
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
    rollupOptions: { input: ['index', 'bench'].map((page) => resolve(import.meta.dirname, `${page}.html`)) },
  },
});
