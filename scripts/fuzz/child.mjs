/**
 * One child of scripts/fuzz.mjs: `child.mjs WHAT SEED FROM TO FILE`. It writes the number of each call into FILE before it makes the call, so that
 * scripts/fuzz.mjs knows the one that does not come back. A fault is a line of JSON on stdout.
 */
import { openSync, writeSync } from 'node:fs';
import { callsOfSession, Draw } from './values.mjs';

const [what, seed, from, to, file] = process.argv.slice(2);
const { Session, outcome } = await import(`./${what}.mjs`);
const progress = openSync(file, 'w');
const place = new Float64Array(1);
const mostBytes = 1.5e9;
const longestMs = 20_000;

const shown = (value) => {
  try {
    return JSON.stringify(value, (_, one) =>
      typeof one === 'bigint'
        ? `${one}n`
        : typeof one === 'function'
          ? 'a function'
          : typeof one === 'symbol'
            ? 'a symbol'
            : ArrayBuffer.isView(one)
              ? `${one.constructor.name}(${one.byteLength} bytes)`
              : one,
    )?.slice(0, 600);
  } catch {
    return Object.prototype.toString.call(value);
  }
};
const textOf = (error) => (error instanceof Error ? error.stack : String(error));
const report = (index, call, error) => {
  const found = {
    index,
    name: call.name,
    given: call.given.map(shown),
    error: error.stack?.split('\n').slice(0, 6).join('\n') ?? String(error),
  };
  writeSync(1, `${JSON.stringify(found)}\n`);
};

// A promise that nobody awaited is an error that nobody can catch.
/** @type {{ index: number, call: object } | null} */
let current = null;
process.on('unhandledRejection', (error) => current && report(current.index, current.call, new Error(`unhandled: ${textOf(error)}`)));
process.on('uncaughtException', (error) => current && report(current.index, current.call, new Error(`uncaught: ${textOf(error)}`)));

for (let at = Number(from); at < Number(to); at += callsOfSession) {
  const session = new Session(new Draw(Number(seed) * 1_000_003 + at));
  for (let index = at; index < Math.min(at + callsOfSession, Number(to)); index++) {
    place[0] = index;
    writeSync(progress, new Uint8Array(place.buffer), 0, 8, 0);
    let call;
    try {
      call = session.next();
    } catch (thrown) {
      const error = /** @type {Error} */ (thrown);
      if (error?.constructor?.name !== 'Planted' && error?.name !== 'WasmetaError') report(index, { name: 'arguments', given: [] }, error);
      continue;
    }
    current = { index, call };
    const before = process.memoryUsage.rss();
    let timer;
    const late = new Promise((done) => {
      timer = setTimeout(() => done(new Error(`no answer within ${longestMs} ms`)), longestMs);
    });
    const error = await Promise.race([outcome(session, call), late]);
    clearTimeout(timer);
    if (error !== null) report(index, call, error);
    const grown = process.memoryUsage.rss();
    if (grown > mostBytes) {
      report(index, call, new Error(`${Math.round(grown / 1e6)} MB in use, ${Math.round(before / 1e6)} before`));
      process.exit(3);
    }
  }
  await session.end();
}
process.exit(0);
