import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

// A limit on addresses, as clusters set it. It refuses the gigabytes that V8 reserves for each WebAssembly memory.
it.skipIf(process.platform !== 'linux')('too few addresses for WebAssembly are said to be that, and by the named flag all is well', () => {
  const script = `
    const { createInlineExecutor } = await import('./build/inline.js');
    const { rl2 } = await import('./build/index.js');
    try {
      for await (const { iteration } of rl2.train({ env: 'PointMass-v0', iterations: 1, tasks: 4, minibatches: 1 }, createInlineExecutor())) console.log(iteration);
    } catch ({ code, message }) { console.log(code, message); }`;
  const under = (limitKb: number, flags: string) =>
    execFileSync(
      'bash',
      ['-c', `ulimit -v ${limitKb}; exec "$0" ${flags} --input-type=module -e "$1" 2>/dev/null`, process.execPath, script],
      {
        encoding: 'utf8',
      },
    );
  const refusal = /^E_WASM_TRAP out of memory: .*ulimit -v.*--disable-wasm-trap-handler/;
  expect(under(3_000_000, '')).toMatch(refusal);
  expect(under(16_000_000, '')).toMatch(refusal); // enough for the environments, too little for tfjs
  expect(under(3_000_000, '--disable-wasm-trap-handler')).toBe('1\n');
});
