/** `wasmeta new env NAME`: a folder with an environment that works at once, in one of four languages. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { defineCommand } from 'citty';
import { oneOf } from '../core/checks.ts';
import { WasmetaError } from '../core/errors.ts';
import { packageFile } from '../runs/package-files.ts';
import { checkFlags } from './arguments.ts';
import { faint, print, printJson } from './output.ts';

const languages = ['js', 'ts', 'as', 'c'] as const;

const args = {
  what: { type: 'positional', description: 'env', required: true },
  name: { type: 'positional', description: 'name of the environment and of its folder, such as my-pendulum', required: true },
  lang: { type: 'string', description: 'js, ts, as (AssemblyScript) or c', default: 'js', valueHint: 'LANG' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const;

/** The way from a folder that is yet to be made to a checkout of the package: no registry need have its version. */
const fromFolder = (name: string) => relative(resolve(name), packageFile('.')).replaceAll(sep, '/');

export const create = defineCommand({
  meta: { name: 'new', description: 'Write a folder with an environment of your own: wasmeta new env NAME [--lang js|ts|as|c]' },
  args,
  run({ args: { what, name, lang, json }, rawArgs }) {
    checkFlags(rawArgs, args);
    oneOf('new', what, ['env']);
    const language = oneOf('lang', lang, languages);
    if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name))
      throw new WasmetaError(
        'E_ARGUMENT',
        `"name" expected small letters, digits and hyphens, such as my-pendulum, got ${JSON.stringify(name)}`,
      );
    if (existsSync(name))
      throw new WasmetaError('E_ARGUMENT', `"name" expected no file or folder of that name, but ${name} exists`, { name });
    const id = `${name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}-v0`;
    const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
    const dependency = existsSync(packageFile('.git')) ? `file:${fromFolder(name)}` : `^${version}`;
    const filled = (text: string) =>
      text
        .replaceAll(/\bNAME\b/g, name)
        .replaceAll(/\bID\b/g, id)
        .replaceAll(/\bVERSION\b/g, dependency);
    const installed = isInstalled();
    const folder = packageFile(`templates/${language}`);
    mkdirSync(name);
    const files = readdirSync(folder).map((file) => {
      const text = filled(readFileSync(join(folder, file), 'utf8'));
      writeFileSync(join(name, filled(file)), installed && file === 'package.json' ? withoutWasmeta(text) : text);
      return filled(file);
    });
    if (json) return printJson({ folder: name, id, lang: language, files });
    print(`${name}/ holds ${files.join(', ')}`);
    const needsInstall = !installed || language === 'as' || language === 'ts';
    const steps = [`cd ${name}`, ...(needsInstall ? ['npm install'] : []), ...(language === 'js' ? [] : ['npm run build'])];
    print(faint(`next: ${[...steps, 'npm run check', 'npm run train'].join(' && ')}`));
  },
});

/** Whether a folder above has the package, in which Node and npm look for it: an environment inside of one's own project. */
function isInstalled(): boolean {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules/wasmeta/package.json'))) return true;
    if (folder === dirname(folder)) return false;
  }
}

/** A package.json that leaves the package to the project around it, whose version it then always has. */
function withoutWasmeta(text: string): string {
  const { dependencies: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return `${JSON.stringify(rest, null, 2)}\n`;
}
