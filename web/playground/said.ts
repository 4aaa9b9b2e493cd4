/** What a person reads where something failed: a sentence that says what is the matter and what to do. */
import type { WasmetaError } from 'wasmeta';

const blocked = /disallow|blocked|refus|unsafe-eval|content.security/i;

export function said(error: unknown): string {
  if (typeof WebAssembly === 'undefined') return 'This browser has no WebAssembly, or it is switched off (lockdown mode does that).';
  const { code, message, details } = error as Partial<WasmetaError>;
  if (code === 'E_WASM_INVALID' && blocked.test(`${details?.reason ?? ''}`))
    return 'This page may not run WebAssembly: its server or an extension forbids it (a Content-Security-Policy needs ‘wasm-unsafe-eval’).';
  if (code === 'E_WASM_INVALID' && details?.reason !== undefined)
    return 'This browser can’t compile the engine: it needs WebAssembly with SIMD (Safari 16.4, Firefox 89, Chrome 91, or newer).';
  if (code === 'E_WASM_MISSING' && details?.url !== undefined)
    return `A file of this page can’t be loaded (${details.url}): is the connection gone, or was the site moved? Load the page again.`;
  return message ?? String(error);
}

/** Why nothing is kept, for what an IndexedDB threw. */
export const unkept = (error: unknown): string =>
  `This browser keeps nothing here (${(error as Error).message ?? error}); a private window does that. Training goes on, but after a reload it begins anew: save its weights as a file.`;
