/** `wasmeta report` from outside: learners that are tested in different ways on one page, and names and files that mean harm. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellCommand } from '../../src/cli/shell.ts';
import { wasmeta } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wasmeta-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const set = (settings: Record<string, string | number>) => Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
const task = ['--env', 'PointMass-v0', '--preset', 'walking-direction'];

describe('a report', () => {
  const runs = { memory: join(folder, 'memory'), blind: join(folder, 'blind'), steps: join(folder, 'steps') };
  beforeAll(() => {
    const ppo = { iterations: 1, tasks: 16, minibatches: 1 };
    const commands = [
      [...set({ ...ppo, 'policy.hidden': 8 }), '--out', runs.memory],
      ['--algo', 'multi-task', ...set({ ...ppo, 'policy.hidden': '[8]' }), '--out', runs.blind],
      ['--algo', 'maml', ...set({ iterations: 1, tasks: 4, shards: 1, episodes: 4, 'policy.hidden': '[8]' }), '--out', runs.steps],
    ];
    for (const rest of commands) expect(wasmeta('train', ...task, ...rest, '--quiet')).toMatchObject({ status: 0 });
  });
  const out = join(folder, 'page.html');

  test('holds learners tested by episodes and by gradient steps, each on an axis of its own, and one table of them all', () => {
    const { status, stdout, stderr } = wasmeta('report', ...Object.values(runs), '--tasks', '8', '--out', out, '--json');
    expect([status, stderr]).toEqual([0, '']);
    const { panels, differences } = JSON.parse(stdout);
    const told = panels.map(({ axis, adapts, random, policies }: Record<string, never[]>) => [
      axis,
      adapts,
      random.length,
      policies.length,
    ]);
    expect(told).toEqual([
      ['episode', true, 2, 1],
      ['episode', false, 1, 1],
      ['step', true, 4, 1],
    ]);
    expect(differences).toHaveLength(3);
    // What an unseen task costs: the first of two episodes of 20 steps, nothing, and 3 steps on 40 episodes each.
    expect(panels.map(({ policies: [{ stepsToAdapt }] }: { policies: { stepsToAdapt: number }[] }) => stepsToAdapt)).toEqual([20, 0, 2400]);
    const page = readFileSync(out, 'utf8');
    expect(page).toContain('<h1>RL², multi-task RL and MAML on PointMass-v0</h1>');
    for (const id of ['returns-0', 'returns-1', 'returns-2', 'trials-0', 'trials-2', 'watch', 'learning'])
      expect(page).toContain(`id="${id}"`);
    expect(page).toContain('All policies on common ground, with what they cost');
    expect(page).toMatch(/This page is complete in itself \(\d+ kB\)/);
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
  });

  test('speaks of adaptation only where something adapts', () => {
    expect(wasmeta('report', runs.blind, '--tasks', '8', '--out', out).status).toBe(0);
    const text = readFileSync(out, 'utf8').replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, '');
    expect(text).toContain('Returns on unseen tasks');
    expect(text).not.toMatch(/adapt/i);
    expect(text).toContain('<h1>Multi-task RL on PointMass-v0</h1>');
  });

  test('shows no command of a hostile config, and quotes what a shell would read', () => {
    const dir = join(folder, "it's; rm -rf x #");
    cpSync(runs.memory, dir, { recursive: true });
    const file = join(dir, 'config.json');
    const info = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...info, config: { ...info.config, seed: '1; rm -rf x #' } }));
    const { status } = wasmeta('report', dir, '--tasks', '8', '--out', out);
    if (status !== 0) return; // refused, which is as good
    const page = readFileSync(out, 'utf8');
    expect(page).not.toContain('--seed 1;');
    const [, copied] = /<pre class="copy"><code>([^<]*)<\/code>/.exec(page) as RegExpExecArray;
    const command = copied.replaceAll('&#39;', "'").replaceAll('&amp;', '&').replaceAll('&quot;', '"');
    const said = spawnSync('sh', ['-c', command.replace(/^npx wasmeta/, 'printf "%s\\n"')], { encoding: 'utf8' }).stdout.split('\n');
    expect(said.slice(0, 7)).toEqual(['train', '--algo', 'rl2', '--config', file, '--seed', '1']);
  });

  test('lets no control character of a name reach page or terminal', () => {
    const dir = join(folder, 'a\u001b]0;owned\u0007\u202eb');
    cpSync(runs.memory, dir, { recursive: true });
    const page = join(dir, 'report.html');
    const written = wasmeta('report', dir, '--tasks', '8');
    expect(written.status).toBe(0);
    const listed = wasmeta('runs', folder);
    const missing = wasmeta('evaluate', join(folder, 'no\u001b[2Jsuch'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
    for (const text of [
      written.stdout,
      written.stderr,
      listed.stdout,
      missing.stderr,
      readFileSync(page, 'utf8').replace(/<script>[\s\S]*/, ''),
    ])
      expect(text).not.toMatch(control);
    expect(listed.stdout).toContain('\\u001b]0;owned\\u0007\\u202eb');
  });
});

test('a command for a shell is its words again, whatever they are', () => {
  const words = ['printf', '%s|', 'plain-1.5/x', "it's", '$(touch x)', '`y`', 'a b', '', '; rm -rf x #', '"', '\\', '~', '*', 'ä²'];
  expect(spawnSync('sh', ['-c', shellCommand(words)], { encoding: 'utf8' }).stdout).toBe(`${words.slice(2).join('|')}|`);
  expect(shellCommand(['wasmeta', 'train', '--set', 'a=[1,2]'])).toBe("wasmeta train --set 'a=[1,2]'");
});
