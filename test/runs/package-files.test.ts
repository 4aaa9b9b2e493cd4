import { expect, it } from 'vitest';
import { packageRoot } from '../../src/runs/package-files.ts';

it('the package’s folder is the nearest with a package.json, and the search ends at the root of a disk, drive or share', () => {
  const script = 'file:///C:/projects/app/node_modules/wasmeta/build/cli.js';
  expect(packageRoot(script, ({ pathname }) => pathname.endsWith('/wasmeta/package.json')).pathname).toBe(
    '/C:/projects/app/node_modules/wasmeta/',
  );
  const never = () => false;
  expect(packageRoot(script, never).href).toBe('file:///C:/');
  expect(packageRoot('file://server/share/a/cli.js', never).href).toBe('file://server/');
  expect(packageRoot('file:///home/a%20b/cli.js', never).href).toBe('file:///');
});
