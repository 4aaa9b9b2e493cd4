/** The snippets of docs/how-to/arrays-in-python.md, in their order: NumPy reads the arrays, and PyTorch with our weights acts as we do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missing } from './python.ts';

const page = readFileSync(new URL('../../docs/how-to/arrays-in-python.md', import.meta.url), 'utf8');
const command = new URL('../../build/cli.js', import.meta.url).pathname;
const why = missing('numpy', 'torch');
if (why !== null) console.log(`skipped: ${why}`);

test.skipIf(why !== null)('the page runs, and actions agree to 1e-5', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'python-page-'));
  const said: string[] = [];
  try {
    for (const [, language, code] of page.matchAll(/```(sh|python)\n(.*?)```/gs)) {
      const options = { cwd, encoding: 'utf8', stdio: 'pipe' } as const;
      if (language === 'python') said.push(execFileSync(process.env.PYTHON ?? 'python3', ['-c', code], options));
      else
        for (const line of code.trim().split('\n'))
          execFileSync(process.execPath, [command, ...line.replace('npx wasmeta ', '').split(' ')], options);
    }
  } finally {
    rmSync(cwd, { recursive: true });
  }
  expect(Number(/action: (\S+)/.exec(said[1])?.[1])).toBeLessThan(1e-5);
});
