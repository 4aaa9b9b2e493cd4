/** A Firefox as it is installed, steered by WebDriver BiDi, which it speaks itself over a WebSocket: no driver, no patched browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/** $FIREFOX, or the first on the PATH; undefined: there is none. */
export const installedFirefox = [
  process.env.FIREFOX ?? '',
  ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => ['firefox-esr', 'firefox'].map((name) => join(folder, name))),
].find((path) => path !== '' && existsSync(path));

/**
 * One page in a profile of its own.
 * @param {string} executable
 */
export async function openFirefox(executable) {
  const profile = mkdtempSync(join(tmpdir(), 'wasmeta-firefox-'));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const child = spawn(executable, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const socket = new WebSocket(`${await addressFrom(child)}/session`);
  await once(socket, 'open');

  /** @type {Map<number, (message: { type: string, error: string, message: string, result: any }) => void>} */
  const waiting = new Map();
  /** @type {string[]} */
  const problems = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type !== 'event') waiting.get(message.id)?.(message);
    else if (message.params.level === 'error') problems.push(message.params.text);
  });
  let sent = 0;
  const send = (method, params) =>
    new Promise((done, failed) => {
      const id = ++sent;
      waiting.set(id, ({ type, error, message, result }) => {
        waiting.delete(id);
        if (type === 'error') failed(new Error(`${method}: ${error}: ${message}`));
        else done(result);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });

  await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: ['log.entryAdded'] });
  const { contexts } = await send('browsingContext.getTree', {});
  const { context } = contexts[0];
  return {
    /** Errors that the page has logged. */
    problems,
    goto: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
    /**
     * What a function gives in the page, as JSON can say it.
     * @template {unknown[]} Args @template R
     * @param {(...args: Args) => R} work @param {Args} args
     * @returns {Promise<Awaited<R>>}
     */
    async evaluate(work, ...args) {
      const call = `(async () => JSON.stringify(await (${work})(${args.map((arg) => JSON.stringify(arg)).join()})))()`;
      const { type, result, exceptionDetails } = await send('script.evaluate', {
        expression: call,
        target: { context },
        awaitPromise: true,
      });
      if (type === 'exception') throw new Error(exceptionDetails.text);
      return /** @type {Awaited<R>} */ (result.value === undefined ? undefined : JSON.parse(result.value));
    },
    async close() {
      await send('browser.close', {}).catch(() => child.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Firefox says on stderr where it listens. */
function addressFrom(child) {
  return new Promise((found, failed) => {
    const lines = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) found(address);
    });
    child.once('error', failed);
    child.once('exit', () => failed(new Error(`Firefox ended at once: ${lines.join('\n')}`)));
  });
}
