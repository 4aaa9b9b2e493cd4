import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './scripts/setup.mjs';

const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
/** Workers get the built file as it is: what the runner writes into scripts needs its page. */
const plainWorkers = {
  name: 'plain-workers',
  configureServer({ middlewares }: { middlewares: { use(handler: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void } }) {
    middlewares.use((request, response, next) => {
      const name = /^\/build\/((?:rollout-)?worker)\.js(?:\?(?!url\b)|$)/.exec(request.url ?? '')?.[1];
      if (name === undefined) return next();
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync(builtFile(name)));
    });
  },
};

/** The address under which Chromium is served a file of the build. */
const builtFile = (name: string) => new URL(`./build/${name}.js`, import.meta.url).pathname;

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: './test/fresh-build.ts',
    // Far beyond what any test needs: a test fails for a wrong result, not for a slow machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    projects: [
      {
        extends: true, // else the time limits above don't hold
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', ...(process.env.WASMETA_OUTSIDE === '1' ? [] : ['test/outside/**'])],
          // The built package is loaded by Node itself, as it will be by those who install it.
          server: { deps: { external: [/\/build\/.*\.js$/] } },
        },
      },
      {
        extends: true,
        plugins: [plainWorkers],
        // A browser has no package to refer to itself: the built files by their place.
        resolve: { alias: { 'wasmeta/inline': builtFile('inline'), wasmeta: builtFile('index') } },
        // Everything the package imports, named beforehand: finding it halfway would reload the page.
        optimizeDeps: { include: ['comlink', '@noble/hashes/sha2.js', '@noble/hashes/utils.js', 'idb-keyval', 'valibot', 'fast-check', 'es-module-lexer'] },
        test: {
          name: 'chromium',
          include: ['test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findChromium() ?? undefined, args: CHROMIUM_ARGS } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
