import type { z as zod } from 'zod';
import { insist } from '../../core/cloud/index.ts';
import type { Doing, Made, Resource } from '../resource.ts';

interface Inputs {
  readonly name: string;
  readonly publicKey: string;
}

/** The public half of a key that machines are launched with. One of that name with another half is somebody else's. */
export const sshKey: Resource<Inputs> = {
  schema(z: typeof zod) {
    return z.object({
      name: z.string().min(1).max(64, 'has 64 characters at most'),
      publicKey: z.string().regex(/^(ssh|ecdsa)-\S+ \S+/, 'must be the public half of a key, like ssh-ed25519 AAAA...'),
    });
  },
  unknown: [],
  hidden: [],
  differs(news, olds) {
    const replaces = (['name', 'publicKey'] as const).filter((key) => news[key] !== olds[key]);
    return { replaces, isChanged: false };
  },
  async create(doing, inputs) {
    const known = await ownOf(doing, inputs);
    if (known) return known;
    try {
      return madeOf(await doing.lambda.addSshKey(inputs), true);
    } catch (thrown) {
      // Its answer may have been lost, and which name is taken the vendor tells in no code that is known.
      const added = await ownOf(doing, inputs);
      if (added) return { ...added, outputs: { ...added.outputs, isOurs: true } };
      throw thrown;
    }
  },
  async read({ lambda, signal }, { id, outputs }) {
    const found = (await lambda.sshKeys(signal)).find((each) => each.id === id);
    return found && madeOf(found, outputs.isOurs === true);
  },
  update: async (_, made) => made,
  /** One that was there before we came stays when we go. */
  async remove(doing, { id, outputs }) {
    if (outputs.isOurs === true) await insist(doing, () => doing.lambda.removeSshKey(id));
  },
};

/** The one of that name. Throws where it is of another key: it is somebody's, and left as it is. */
async function ownOf({ lambda, signal }: Doing, { name, publicKey }: Inputs): Promise<Made | undefined> {
  const found = (await lambda.sshKeys(signal)).find((each) => each.name === name);
  if (!found) return undefined;
  if (halfOf(found.publicKey) === halfOf(publicKey)) return madeOf(found, false);
  throw new Error(`the account has another SSH key named ${name}, which is left as it is: give ours another name`);
}

/** Kind and key, without what is written behind them. */
function halfOf(publicKey: string): string {
  return publicKey.trim().split(/\s+/).slice(0, 2).join(' ');
}

function madeOf({ id, name }: { readonly id: string; readonly name: string }, isOurs: boolean): Made {
  return { id, outputs: { name, isOurs } };
}
