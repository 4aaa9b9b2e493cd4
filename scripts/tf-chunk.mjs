/**
 * esbuild plugin that makes TensorFlow.js one isolated ES module: it touches no globals, sees no Node, fetches nothing, adds no
 * listeners, and hands out its WebAssembly memory. What it changes is listed in NOTICE.
 *
 * Every patch must match exactly as often as it says: a new version of tfjs fails the build instead of misbehaving later.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Comment at the head of every file that contains tfjs, as its licence asks. */
export const TF_BANNER =
  '/*! Contains TensorFlow.js 4.22 (tfjs-core, tfjs-backend-wasm), Copyright 2017-2024 Google LLC, Apache License 2.0, modified: see NOTICE. */';

const ERRORS = resolve(import.meta.dirname, '../src/core/errors.ts');

/** Files of tfjs and what is replaced in them: [what, by what, how often]. */
const PATCHES = {
  // No window, process or globalThis: two copies of tfjs can't meet, and flags can't come from the page's address.
  'tfjs-core/dist/global_util.js': [
    [/let globalNameSpace;/, 'const globalNameSpace = {};', 1],
    [/if \(globalNameSpace == null\) \{[\s\S]*?\n {4}\}\n/, '', 1],
  ],
  // tensorflow/tfjs#3252: the clone of a saved output was recorded before the op that made the output, so a second derivative never went
  // through it and was silently wrong. Here the op comes first.
  'tfjs-core/dist/engine.js': [
    [/let kernelProfile;\n/, 'let kernelProfile;\n        const tapeStart = isTapeOn ? this.state.activeTape.length : 0;\n', 1],
    // Outputs that nothing came back to: zeros, as large as the outputs, unless the op's gradient says that it takes null.
    [/if \(dy == null\) \{\n/, 'if (dy == null && !(gradConfig != null && gradConfig.takesNull)) {\n', 1],
    [
      /this\.addTapeNode\(kernelOrScopeName, inputs, outputs, backwardsFunc, saved, attrs\);/,
      `const clones = this.state.activeTape.splice(tapeStart);
            this.addTapeNode(kernelOrScopeName, inputs, outputs, backwardsFunc, saved, attrs);
            this.state.activeTape.push(...clones);`,
      1,
    ],
  ],
  // An op without a gradient refuses with a typed error that names it.
  'tfjs-core/dist/tape.js': [
    [/^/, `import { WasmetaError } from ${JSON.stringify(ERRORS)};\n`, 1],
    [
      /throw new Error\(`Cannot compute gradient: gradient function not found ` \+\s+`for \$\{node\.kernelName\}\.`\)/,
      "throw new WasmetaError('E_UNSUPPORTED', `${node.kernelName} has no gradient, or none of second order`, { op: node.kernelName })",
      1,
    ],
  ],
  // The bytes are handed over. tfjs's own way fetches them, and never settles when they don't compile.
  'tfjs-backend-wasm/dist/backend_wasm.js': [
    [
      /if \(customFetch\) \{\s+factoryConfig\.instantiateWasm =\s+createInstantiateWasmFunc\([\s\S]*?\)\);\s+\}/,
      'factoryConfig.instantiateWasm = instantiateFromBytes(reject);',
      1,
    ],
    [/function createInstantiateWasmFunc\(path\) \{[\s\S]*?\n\}\n/, instantiateFromBytesSource(), 1],
  ],
  'tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js': [
    // webpack puts its own __filename in, which a worker does not have.
    [/if \(typeof __filename !== 'undefined'\) _scriptDir = _scriptDir \|\| __filename;/, '', 1],
    [/var ENVIRONMENT_IS_NODE=[^;]*;/, '', 1],
    [/ENVIRONMENT_IS_NODE/g, 'false', 2], // around every use of Node
    [/if\(typeof process!=="undefined"&&process\.listeners\)/, 'if(false)', 1],
    [/var listenersAdded;if\(beforeListeners\)/, 'var listenersAdded;if(false)', 1],
    [/if\(listenersAdded\)\{/, 'if(false){', 1],
    [/wasmMemory=Module\["asm"\]\["memory"\];/, 'wasmMemory=Module["wasmMemory"]=Module["asm"]["memory"];', 1],
    [/if \(typeof exports === 'object' && typeof module === 'object'\)[\s\S]*$/, 'export default WasmBackendModule;\n', 1],
  ],
};

function instantiateFromBytesSource() {
  return `
let wasmBytes = null;
export function setWasmBytes(bytes) { wasmBytes = bytes; }
function instantiateFromBytes(reject) {
  return (imports, callback) => {
    if (wasmBytes === null) throw new Error('no bytes were given');
    WebAssembly.instantiate(wasmBytes, imports).then((output) => callback(output.instance, output.module)).catch(reject);
    return {};
  };
}
`;
}

/** One platform for all runtimes, in place of the browser's and Node's. */
const PLATFORM = `
import { env } from '../environment';
import { isTypedArrayBrowser } from './is_typed_array_browser';
env().setPlatform('universal', {
  fetch: () => Promise.reject(new Error('tfjs fetches nothing here')),
  now: () => performance.now(),
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes, encoding) => new TextDecoder(encoding).decode(bytes),
  setTimeoutCustom: (callback, delay) => setTimeout(callback, delay),
  isTypedArray: isTypedArrayBrowser,
});
`;

/** Files replaced as a whole. Threads are off, so their glue only costs bytes. */
const REPLACEMENTS = {
  'tfjs-core/dist/platforms/platform_node.js': PLATFORM,
  'tfjs-core/dist/platforms/platform_browser.js': '',
  'tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js': 'export default null;',
  'tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js': "export const wasmWorkerContents = '';",
};

const ENTRY = resolve(import.meta.dirname, '../src/tf/entry.ts');

/** Resolves `#tf` to its source, and patches tfjs. */
export function tfChunk() {
  return {
    name: 'tf-chunk',
    setup(build) {
      const touched = new Set();
      build.onStart(() => touched.clear());
      build.onResolve({ filter: /^#tf$/ }, () => ({ path: ENTRY }));
      // seedrandom asks Node for entropy, and lives without.
      build.onResolve({ filter: /^crypto$/ }, () => ({ path: 'crypto', namespace: 'tf-empty' }));
      build.onLoad({ filter: /.*/, namespace: 'tf-empty' }, () => ({ contents: 'module.exports = {};' }));
      build.onLoad({ filter: /@tensorflow[\\/].*\.js$/ }, ({ path }) => {
        const name = path.replaceAll('\\', '/').replace(/^.*\/@tensorflow\//, '');
        if (REPLACEMENTS[name] === undefined && PATCHES[name] === undefined) return null;
        touched.add(name);
        return { contents: REPLACEMENTS[name] ?? patch(name, readFileSync(path, 'utf8')), loader: 'js' };
      });
      build.onEnd(({ errors }) => {
        if (errors.length > 0 || touched.size === 0) return null; // tfjs isn't in this bundle
        const missing = [...Object.keys(PATCHES), ...Object.keys(REPLACEMENTS)].filter((name) => !touched.has(name));
        return { errors: missing.map((name) => ({ text: `tfjs no longer loads ${name}, which is patched` })) };
      });
    },
  };
}

function patch(name, source) {
  let text = source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  for (const [pattern, replacement, times] of PATCHES[name]) {
    const found = text.match(new RegExp(pattern, pattern.flags.replace('g', '').concat('g')))?.length ?? 0;
    if (found !== times) throw new Error(`${name}: ${pattern} expected ${times} times, found ${found}`);
    text = text.replace(pattern, () => replacement);
  }
  return text;
}
