import type { z as zod } from 'zod';
import type { Filesystem } from '../../core/cloud/index.ts';
import { madeOrTakenUp, removeOld } from '../belonging.ts';
import { MARK_LENGTH, ownName } from '../own-name.ts';
import type { Made, Resource } from '../resource.ts';

interface Inputs {
  readonly name: string;
  readonly stack: string;
  readonly home: string;
  readonly region: string;
}

const MOST_NAME = 60;

/** Data that outlives the machines it is mounted on. Nothing of it can be changed, and removing it removes the data. */
export const filesystem: Resource<Inputs> = {
  schema(z: typeof zod) {
    const text = z.string().min(1, 'must not be empty').max(128);
    return z.object({
      name: z
        .string()
        .regex(/^[a-zA-Z]+[0-9a-zA-Z-]*$/, 'begins with a letter, and has letters, digits and hyphens')
        .max(MOST_NAME - MARK_LENGTH, `has ${MOST_NAME - MARK_LENGTH} characters at most`),
      ...{ stack: text, home: text, region: text },
    });
  },
  unknown: ['knownAs', 'mountPoint'],
  hidden: [],
  differs(news, olds) {
    const replaces = (['name', 'stack', 'home', 'region'] as const).filter((key) => news[key] !== olds[key]);
    return { replaces, isChanged: false };
  },
  async create(doing, inputs) {
    const { lambda, urn } = doing;
    const [name, { region }] = [ownName(urn, inputs), inputs];
    const made = await madeOrTakenUp(doing, {
      ...{ what: 'filesystem', name, region, list: lambda.filesystems },
      make: (signal) => lambda.addFilesystem({ name, region }, signal),
    });
    return madeOf(made);
  },
  async read({ lambda, signal }, { id }) {
    const found = (await lambda.filesystems(signal)).find((each) => each.id === id);
    return found && madeOf(found);
  },
  update: async (_, made) => made,
  remove: (doing, made) => removeOld(doing, 'filesystem', made, doing.lambda.removeFilesystem),
};

/** Machines are launched with it by the name that the vendor knows it by. */
function madeOf({ id, name: knownAs, region, mountPoint }: Filesystem): Made {
  return { id, outputs: { knownAs, region, mountPoint } };
}
