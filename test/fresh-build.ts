/** Before any test: what the tests load is built anew if a source is newer, so that no run of vitest passes or fails on yesterday's build. */
import { buildPackage, testBuildIsStale } from '../scripts/setup.mjs';

export async function setup(): Promise<void> {
  if (!testBuildIsStale()) return;
  console.log('test: the build is older than its sources, building');
  await buildPackage();
}
