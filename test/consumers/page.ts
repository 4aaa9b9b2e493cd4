/** Opens the page of a consumer in Chromium, and waits for what it trained. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { findChromium } from '../../scripts/setup.mjs';

/** Whether a browser can be had here. */
export const hasChromium = process.env.WASMETA_NODE_ONLY !== '1' && findChromium() !== null;

export function openChromium(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  return chromium.launch({ executablePath: findChromium() ?? undefined, args });
}

/** The hash of the weights, or why there is none. */
export async function trainedBy(browser: Browser, address: string): Promise<{ hash?: string; failed?: string }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(300_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  try {
    await page.goto(address);
    const answer = await page.evaluate(() => (window as unknown as { answer?: Promise<{ hash?: string; failed?: string }> }).answer);
    return answer ?? { failed: errors.join('\n') };
  } finally {
    await page.close();
  }
}

/** A page around one script. */
export async function writePage(folder: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><link rel="icon" href="data:,"><title>consumer</title><script type="module" src="${script}"></script>`,
  );
}

/** How many of a folder's files have each of the sizes that the package's workers and modules have. */
export async function copies(folder: string, sizes: ReadonlyMap<string, number>): Promise<Record<string, number>> {
  const { stat } = await import('node:fs/promises');
  const found = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return Object.fromEntries([...sizes].map(([name, size]) => [name, found.filter((other) => other === size).length]));
}
