import type { z as zod } from 'zod';
import { type FirewallRule, type FirewallRuleset, insist } from '../../core/cloud/index.ts';
import { madeOrTakenUp, removeOld } from '../belonging.ts';
import { MARK_LENGTH, ownName } from '../own-name.ts';
import { type Doing, type Made, NotReady, type Properties, type Resource } from '../resource.ts';

interface Inputs {
  readonly name: string;
  readonly stack: string;
  readonly home: string;
  readonly region: string;
  /** Nothing but these may come in. */
  readonly rules: readonly FirewallRule[];
}

const MOST_NAME = 64;
/** Where the vendor's rules do not apply: whoever counts on them there is open to everybody. */
export const UNGUARDED = 'us-south-1';

/** What may come in to the machines that are launched with it. Its rules can be changed while they run; its region cannot. */
export const firewallRuleset: Resource<Inputs> = {
  schema(z: typeof zod) {
    const text = z.string().min(1, 'must not be empty').max(128);
    return z.object({
      name: text.max(MOST_NAME - MARK_LENGTH, `has ${MOST_NAME - MARK_LENGTH} characters at most`),
      ...{ stack: text, home: text },
      region: text.refine((region) => region !== UNGUARDED, `firewall rules do not apply in ${UNGUARDED}`),
      rules: z.array(ruleSchema(z)),
    });
  },
  unknown: ['knownAs'],
  hidden: [],
  differs(news, olds, outputs) {
    const replaces = (['stack', 'home', 'region'] as const).filter((key) => news[key] !== olds[key]);
    // What was changed behind our back is changed back: it is not as it was asked for.
    return { replaces, isChanged: news.name !== olds.name || !isAlike(news.rules, outputs.rules) };
  },
  async create(doing, inputs) {
    const { lambda, urn } = doing;
    const [name, { region, rules }] = [ownName(urn, inputs), inputs];
    const made = await madeOrTakenUp(doing, {
      ...{ what: 'firewall ruleset', name, region, list: lambda.rulesets },
      make: (signal) => lambda.addRuleset({ name, region, rules }, signal),
    });
    return asWished(doing, madeOf(made), inputs);
  },
  async read({ lambda, signal }, { id }) {
    const found = await lambda.ruleset(id, signal);
    return found && madeOf(found);
  },
  update: asWished,
  remove: (doing, made) => removeOld(doing, 'firewall ruleset', made, doing.lambda.removeRuleset),
};

function ruleSchema(z: typeof zod) {
  const port = z.int().min(1).max(65_535);
  return z
    .object({
      protocol: z.enum(['tcp', 'udp', 'icmp', 'all']),
      ports: z
        .tuple([port, port])
        .refine(([first, last]) => first <= last, 'must name the lower port first')
        .optional(),
      source: z.cidrv4('must be a network, like 198.51.100.0/24'),
      description: z.string().max(128, 'has 128 characters at most').default(''),
    })
    .refine(({ protocol, ports }) => (protocol === 'icmp') === (ports === undefined), {
      ...{ path: ['ports'], error: 'must be said, as the first and the last; of icmp there are none' },
    });
}

/** One that is there, with the rules that it is to have. It has an id, which must not be lost whatever happens. */
async function asWished(doing: Doing, made: Made, inputs: Inputs): Promise<Made> {
  const name = ownName(doing.urn, inputs);
  if (made.outputs.knownAs === name && isAlike(inputs.rules, made.outputs.rules)) return made;
  try {
    const changed = await insist(doing, () => doing.lambda.changeRuleset(made.id, { name, rules: inputs.rules }));
    if (changed) return madeOf(changed);
    throw new Error(`firewall ruleset ${name} is gone: look again, and it is made anew`);
  } catch (thrown) {
    throw new NotReady(made, thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}

/** Whether the same may come in, in whichever order it is told. */
function isAlike(wished: readonly FirewallRule[], told: Properties[string]): boolean {
  return sorted(wished) === sorted(told);
}

/** Of what is not known yet, nothing. */
function sorted(rules: unknown): string | undefined {
  if (!Array.isArray(rules)) return undefined;
  const each = (rules as readonly FirewallRule[]).map(({ protocol, ports, source, description }) =>
    JSON.stringify([protocol, ports ?? null, source, description]),
  );
  return each.sort().join('\n');
}

function madeOf({ id, name: knownAs, region, rules }: FirewallRuleset): Made {
  return { id, outputs: { knownAs, region, rules } };
}
