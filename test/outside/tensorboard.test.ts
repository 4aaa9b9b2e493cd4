/** docs/how-to/tensorboard.md with TensorBoard itself: the page's script finds every metric of every iteration in the event file of a run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wasmeta } from '../cli/command.ts';
import { missing, run } from './python.ts';

const page = readFileSync(new URL('../../docs/how-to/tensorboard.md', import.meta.url), 'utf8');

test('TensorBoard reads the metrics of a run', ({ skip }) => {
  const reason = missing('tensorboard');
  if (reason !== null) skip(reason);
  const out = mkdtempSync(join(tmpdir(), 'wasmeta-tensorboard-'));
  const small = ['iterations=3', 'tasks=8', 'policy.hidden=8'].flatMap((set) => ['--set', set]);
  expect(wasmeta('train', '--preset', 'pearl-semicircle', ...small, '--out', out, '--overwrite', '--quiet').status).toBe(0);
  const [, script] = page.match(/```python\n([\s\S]*?)```/) ?? [];
  const events = join(out, readdirSync(out).find((name) => name.startsWith('events.out.tfevents.')) ?? '');
  // The page prints lines; a test wants one document.
  const printed = `import io, json, contextlib\nto = io.StringIO()\nwith contextlib.redirect_stdout(to):\n${script.replace(/^/gm, '    ')}\nprint(json.dumps(to.getvalue()))`;
  const found = new Set((run(printed, events) as string).trim().split('\n'));
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>);
  expect(lines).toHaveLength(3);
  for (const { iteration, ...metrics } of lines)
    for (const [name, value] of Object.entries(metrics))
      if (Number.isFinite(value)) expect([...found].some((line) => line.startsWith(`${name} ${iteration} `))).toBe(true);
  rmSync(out, { recursive: true });
});
