/** Loads a user's environment once, in a worker that can be ended: whether its file comes to an end, before the calling thread runs it. */
import { familyAt, moduleBytes, nameOf } from '../envs/user/modules.ts';

export interface LoadEnvJob {
  readonly kind: 'load-env';
  readonly shard: number;
  readonly url: string;
}

export const loadEnvHandlers = {
  /** The environment's id. */
  async 'load-env'({ url: href }: LoadEnvJob): Promise<string> {
    const url = new URL(href);
    return (await familyAt(url, await moduleBytes(url, href), { name: nameOf(url), sha256: '' })).id;
  },
};
