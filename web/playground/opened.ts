/** Tabs that the visitor brings: weights and environments from files, from kept runs, from `wasmeta view`, and the training that a link names. */
import { signal } from '@preact/signals';
import { decodeCheckpoint, familyOf, learnerOf, loadAgent, loadEnv, resolveEnv } from 'wasmeta';
import { type Exhibit, exhibits } from './exhibits.ts';
import type { LinkedTraining, Recipe } from './link.ts';
import { linkedId } from './state.ts';

export const opened = signal<readonly Exhibit[]>([]);

/** Addresses of the users' environments that this page has loaded; a worker has to load them, too. */
export const loadedModules: string[] = [];

/** The tab of an id takes the place of the one before. */
export function addTab(exhibit: Exhibit): Exhibit {
  opened.value = [...opened.value.filter(({ id }) => id !== exhibit.id), exhibit];
  return exhibit;
}

const largestFile = 200_000_000;

/** Weights become a tab that plays them, an environment one with its presets. Throws errors whose message is a sentence. */
export async function openFile(file: File): Promise<Exhibit> {
  if (file.size > largestFile) throw new Error(`${file.name} has ${Math.round(file.size / 1e6)} MB: a file of weights has a few at most.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d)
    return ofEnvironment(new URL(`${URL.createObjectURL(file)}#${encodeURIComponent(file.name)}`));
  if (/\.[cm]?[jt]s$/.test(file.name))
    throw new Error(
      `${file.name} is a script, and this page runs none that it is given: \`wasmeta view --env ${file.name}\` shows it, and a WebAssembly module of it can be opened here.`,
    );
  if (!/\.safetensors$/.test(file.name))
    throw new Error(
      `${file.name} is neither weights (.safetensors, from “Save weights” or \`wasmeta export\`) nor an environment (.wasm).`,
    );
  return ofWeights(file.name, bytes);
}

/** The bytes of a checkpoint or an exported agent. `run`: the kept run that they are of. */
export async function ofWeights(name: string, bytes: Uint8Array, run?: string): Promise<Exhibit> {
  // Reads and checks everything.
  const agent = await loadAgent(bytes).catch((error: Error) => {
    throw new Error(error.message.replace(/^the file\b/, name), { cause: error });
  });
  const { env, policy } = agent;
  agent.close();
  const recipe = recipeIn(bytes);
  const like = likeOf(env.id);
  const { title } = familyOf(env.id);
  return addTab({
    id: `file-${name}`,
    tab: name.replace(/\.safetensors$/, ''),
    title: `${title}, ${env.preset}`,
    text:
      recipe === null
        ? `Weights from ${name}, a policy of kind ${policy.kind}. The file holds what acts and nothing else, so it can be watched but not trained on.`
        : `The newest checkpoint of ${name}: ${recipe.algo}, seed ${recipe.seed}. “Train” goes on from it.`,
    weights: bytes,
    recipe: recipe ?? { algo: 'rl2', env },
    rate: like?.rate ?? 15,
    ...(like?.finger !== undefined && { finger: like.finger }),
    opened: { name, trains: recipe !== null, ...(run !== undefined && { run }) },
  });
}

/** A shipped exhibit of the family. */
const likeOf = (env: string) => exhibits.find(({ recipe }) => resolveEnv(recipe.env as string).id === env);

/** Learner and config of a checkpoint; null for an exported agent. */
function recipeIn(bytes: Uint8Array): Recipe | null {
  try {
    const { algo, config } = decodeCheckpoint(bytes, 'the file');
    return { algo, ...(config as object) };
  } catch {
    return null;
  }
}

/** A user's environment: a .wasm file that the page holds, or a module of the server that the page is from. */
export async function ofEnvironment(url: URL): Promise<Exhibit> {
  const { id, presets, defaultPreset } = await loadEnv(url);
  loadedModules.push(url.href);
  return addTab(ofPreset(id, defaultPreset, Object.keys(presets)));
}

export function ofPreset(id: string, preset: string, presets: readonly string[]): Exhibit {
  const { title } = familyOf(id);
  return {
    id: `env-${id}`,
    tab: title.length <= 24 ? title : id,
    title: `${title}, ${preset}`,
    text: 'An environment of your own. Nobody has trained on it here yet: an untrained policy plays until you press “Train”.',
    weights: null,
    recipe: { algo: 'rl2', ...learnerOf('rl2').resolve({ env: { id, preset } }) },
    rate: 20,
    opened: { name: id, trains: true, presets },
  };
}

/** Throws what the learner's check of its settings throws. */
export function ofTraining({ recipe }: LinkedTraining): Exhibit {
  const { algo, ...settings } = recipe;
  const config = learnerOf(algo).resolve(settings);
  const { env } = config as unknown as { readonly env: { readonly id: string; readonly preset: string } }; // every learner of a playground has one
  return addTab({
    id: linkedId,
    tab: 'Linked training',
    title: `${familyOf(env.id).title}, ${env.preset}`,
    text: 'The link that you followed is a training: its settings, and the hashes of what came of it. Until you train it again below, an untrained policy plays.',
    weights: null,
    recipe: { algo, ...config },
    rate: likeOf(env.id)?.rate ?? 15,
    opened: { name: 'the link', trains: true },
  });
}
