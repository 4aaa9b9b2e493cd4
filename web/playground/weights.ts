/** Files of weights, known by the SHA-256 of their bytes. */
import { type Exhibit, exhibits } from './exhibits.ts';

/** File without its ending → SHA-256 of those that are shipped; vite.config.ts fills it in. */
declare const __GALLERY__: Readonly<Record<string, string>>;

/** The exhibit whose shipped weights have this hash. */
export function exhibitOf(hash: string): Exhibit | undefined {
  const file = Object.keys(__GALLERY__).find((name) => __GALLERY__[name] === hash);
  return exhibits.find(({ weights }) => weights instanceof URL && file !== undefined && weights.pathname.includes(`/${file}`));
}

export async function bytesOf(weights: URL | Uint8Array): Promise<Uint8Array> {
  if (weights instanceof Uint8Array) return weights;
  const response = await fetch(weights).catch((cause: Error) => ({ ok: false as const, status: cause.message }));
  if (!response.ok) throw new Error(`The weights of this tab can’t be loaded (${response.status}): ${weights.href}`);
  return new Uint8Array(await response.arrayBuffer());
}
