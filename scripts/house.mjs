/**
 * `node scripts/house.mjs`: the state of the house, read off the sources in seconds and without dependencies. Prints the import table, the longest files, what
 * the newest family and learner touched, and what should not be there; exits 1 if anything is there that should not.
 */
import { circles, doubleCasts, filesBySize, importTable, lastTouches, unusedExports } from './house/findings.mjs';
import { strayNames } from './house/names.mjs';

const title = (text) => console.log(`\n${text}`);
let failed = false;

/** Prints what was found, and notes whether it may be there. */
function expectations(text, found, most = 0) {
  const kept = found.length <= most;
  if (!kept) failed = true;
  title(`${kept ? 'ok  ' : 'FAIL'} ${text}: ${found.length}${most === 0 ? '' : ` (at most ${most})`}`);
  for (const line of found.slice(0, 60)) console.log(`  ${line}`);
  if (found.length > 60) console.log(`  and ${found.length - 60} more`);
}

const table = importTable();
/** A room stands below all that it imports. */
const depth = new Map();
const depthOf = (room, seen = []) => {
  if (seen.includes(room)) return 0;
  if (!depth.has(room))
    depth.set(room, 1 + Math.max(-1, ...[...(table.get(room)?.keys() ?? [])].map((other) => depthOf(other, [...seen, room]))));
  return depth.get(room);
};
const rooms = [...table.keys()].sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1));
title('imports of a room (row) from another (column); `.` holds the entries of the package');
const width = Math.max(...rooms.map((room) => room.length));
console.log(`  ${' '.repeat(width)} ${rooms.map((room) => room.slice(0, 4).padStart(5)).join('')}`);
for (const room of rooms) {
  const cells = rooms.map((other) => String(table.get(room)?.get(other) ?? (room === other ? '·' : '')).padStart(5));
  console.log(`  ${room.padEnd(width)} ${cells.join('')}`);
}

title('longest files of src, in lines');
for (const { file, lines } of filesBySize().slice(0, 15)) console.log(`  ${String(lines).padStart(4)} ${file}`);

title('files that the commit of the newest one touched');
const newest = [
  lastTouches('family', 'envs/registry.ts', /\bFamilySpec\b/),
  lastTouches('learner', 'algorithms/registry.ts', /\bdefineLearner\b/),
];
for (const found of newest)
  if (found !== null) console.log(`  ${found.what} ${found.file}: ${found.touches} (${found.commit} ${found.subject})`);

expectations(
  'casts `as unknown as`, each with its reason',
  doubleCasts().map(({ file, line, reason }) => `${file}:${line}  ${reason || 'no reason beside it'}`),
  5,
);
expectations(
  'casts without a reason',
  doubleCasts()
    .filter(({ reason }) => reason === '')
    .map(({ file, line }) => `${file}:${line}`),
);
expectations(
  'exports used nowhere',
  unusedExports().map(({ file, name }) => `${file}: ${name}`),
);
expectations(
  'names of families and algorithms outside their rooms',
  strayNames().map(({ file, kind, names }) => `${file}: ${kind} ${names.join(', ')}`),
);
expectations('circles between files, types included', circles());
process.exitCode = failed ? 1 : 0;
