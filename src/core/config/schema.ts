import type { z as zod } from 'zod';
import { type DatabasePlace, isId, isTimeZone, type OwnerId, PUBLIC_KEY, type TimeZone } from '../domain/index.ts';

export interface Owner {
  readonly id: OwnerId;
  readonly name: string;
}

export interface Approvers {
  /** One of these, which a token says; anybody who works here where there are none. */
  readonly roles: readonly string[];
  /** Whether it must be another than who began the analysis. */
  readonly twoPersons: boolean;
}

export interface HiddenFrom {
  /** Who holds one of these, as a token says, is shown no score. */
  readonly roles: readonly string[];
  /** The workspace names them itself: then who shows no token, where one can be shown, is refused as well. */
  readonly isSaid: boolean;
}

export interface Config {
  readonly timeZone: TimeZone;
  readonly owners: readonly [Owner, ...Owner[]];
  /** Share of retention proposals withheld at random to measure their effect; 0 when it was not chosen. */
  readonly holdout: number;
  readonly holdoutSalt: string;
  /** Proposals of a property in a week. */
  readonly capacity: number;
  readonly keepTranscripts: boolean;
  /** Public keys of those who may say who acts here. */
  readonly issuers: readonly string[];
  /** Who may answer a proposal. */
  readonly approvers: Approvers;
  /** Who must not see a score. */
  readonly hiddenFrom: HiddenFrom;
  /** Whom a tenant turns to who contests what was reckoned, in the words of the workspace; '' where nobody was named. */
  readonly contact: string;
  readonly deployment: {
    readonly approval: boolean;
    /** An hour, above which the name of the environment must be typed. */
    readonly namedAboveCents: number;
  };
  /** Where a server keeps the store; absent while a file in the workspace does. */
  readonly database?: DatabasePlace;
}

/** What counts where nobody says anything. */
export const defaults = {
  'retention.holdout': false,
  'retention.capacity': 5,
  'approvals.two_persons': false,
  'calls.keep_transcripts': false,
  'deploy.approval': false,
  'deploy.named_above': 10,
  'fairness.hidden_from': ['applications', 'non_renewals', 'evictions'],
} as const;

/** The schema of `sophia.yaml`. The JSON Schema that editors read is generated from it (`npm run docs`). */
export function configSchema(z: typeof zod) {
  const shared = personal(z);
  const owner = z.strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, 'must be lower case letters, digits and . _ -')
      .describe('Short id of the owner; rows, keys and journals carry it'),
    name: z.string().min(1, 'must not be empty').max(200).describe('How the owner is called in output'),
  });
  const role = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, 'must be lower case letters, digits and . _ -');
  const share = 'must be false, or a share above 0 and up to 0.5';
  const error = misplaced(OF_A_PERSON, 'is of a person: it can stand in your own config.yaml only');
  return z.strictObject(
    {
      version: version(z),
      time_zone: z
        .string()
        .refine(isTimeZone, 'is no IANA time zone')
        .describe('Decides what "today" is, like America/Chicago'),
      owners: z
        .array(owner)
        .min(1, 'must name at least one owner')
        .refine((owners) => new Set(owners.map(({ id }) => id)).size === owners.length, 'has one id twice')
        .describe('Beneficial owners of the properties; nothing is mixed across them'),
      retention: z
        .strictObject({
          holdout: z
            .union([z.literal(false), z.number().gt(0, share).max(0.5, share)], share)
            .default(defaults['retention.holdout'])
            .describe('Share of retention proposals withheld at random to measure their effect, or false'),
          holdout_salt: z.string().min(8).max(100).optional().describe('What the draw is salted with'),
          capacity: shared['retention.capacity'].default(defaults['retention.capacity']),
        })
        .refine(({ holdout, holdout_salt }) => holdout === false || holdout_salt !== undefined, {
          path: ['holdout_salt'],
          message: 'is needed with a holdout: 8 characters or more, chosen once',
        })
        .prefault({}),
      calls: z
        .strictObject({
          keep_transcripts: shared['calls.keep_transcripts'].default(defaults['calls.keep_transcripts']),
        })
        .prefault({}),
      approvals: z
        .strictObject({
          issuers: z
            .array(z.string().regex(PUBLIC_KEY, 'must be a public key, as sophia actor key prints it'))
            .max(20)
            .default([])
            .describe('Public keys of those who sign actor tokens: whose token proves who approves'),
          roles: z
            .array(role)
            .max(20)
            .default([])
            .describe('Who may answer a proposal: one of these roles, which a token says'),
          two_persons: z
            .boolean()
            .default(defaults['approvals.two_persons'])
            .describe('A proposal is answered by another person than who began its analysis'),
        })
        .prefault({}),
      fairness: z
        .strictObject({
          hidden_from: z
            .array(role)
            .max(20)
            .optional()
            .describe('Roles that see no score: who handles applications, non-renewals and evictions'),
          contact: z
            .string()
            .min(1, 'must not be empty')
            .max(300)
            .default('')
            .describe('Whom a tenant turns to who contests a decision, as churn decisions export tells them'),
        })
        .prefault({}),
      deploy: z
        .strictObject({
          approval: z
            .boolean()
            .default(defaults['deploy.approval'])
            .describe('A deployment waits until somebody has approved it, as approvals say who'),
          named_above: z
            .number()
            .min(0, 'must not be negative')
            .max(1_000_000)
            .default(defaults['deploy.named_above'])
            .describe('Dollars an hour above which the name of the environment must be typed before it is deployed'),
        })
        .prefault({}),
      store: z
        .strictObject({
          url: z
            .string()
            .describe('PostgreSQL that keeps the store, like postgresql://user@host:5432/database; without a password')
            .optional(),
        })
        .prefault({}),
    },
    { error },
  );
}

function version(z: typeof zod) {
  const error = ({ input }: { readonly input?: unknown }) => {
    if (input === undefined) return 'is missing: write version: 1';
    return Number(input) > 1 ? `is ${input}: this file is written for a newer sophia` : 'must be 1';
  };
  return z.literal(1, { error }).describe('Version of this file format');
}

/** What a person may wish for all workspaces; a workspace that has the setting decides for itself. */
export function personal(z: typeof zod) {
  const capacity = 'must be from 0 to 1000';
  return {
    'retention.capacity': z
      .number()
      .int()
      .min(0, capacity)
      .max(1000, capacity)
      .describe('Proposals that the team of a property can see to in a week'),
    'calls.keep_transcripts': z.boolean().describe('Keep what was said after its features are drawn'),
  };
}

/** Of one workspace, for all who work in it. */
const OF_A_WORKSPACE = [
  'owners',
  'time_zone',
  'holdout',
  'holdout_salt',
  'issuers',
  'roles',
  'two_persons',
  'fairness',
];
/** Of one person, wherever they work. */
const OF_A_PERSON = ['color', 'quiet', 'read_only', 'plain', 'tui'];

/** What is said of a key that is known, and stands in the wrong file. */
function misplaced(keys: readonly string[], where: string) {
  return (issue: { readonly code?: string; readonly keys?: unknown }) => {
    const found = keys.find((key) => issue.code === 'unrecognized_keys' && [issue.keys].flat()[0] === key);
    return found && `"${found}" ${where}`;
  };
}

/** The schema of the user's own `config.yaml`: what is of a person, not of one workspace. */
export function userSchema(z: typeof zod) {
  const shared = personal(z);
  const error = misplaced(OF_A_WORKSPACE, 'is of one workspace: it can stand in a sophia.yaml only');
  return z
    .strictObject(
      {
        version: version(z).default(1),
        color: z
          .enum(['auto', 'always', 'never'], 'must be auto, always or never')
          .optional()
          .describe('When output is coloured'),
        quiet: z.boolean().optional().describe('Print results and errors only'),
        read_only: z.boolean().optional().describe('Screens are for looking: they answer nothing'),
        plain: z.boolean().optional().describe('Screens are plain lines, as for a screen reader'),
        tui: z
          .strictObject({
            // Which acts and keys there are is known by the screens, and looked at when these are opened.
            keys: z
              .record(z.string(), z.array(z.string('must be text: write a digit in quotes, as "1"')))
              .optional()
              .describe('Keys of the screens, by what they do, as docs/keys.md names it, like filter.open: [f, /]'),
          })
          .optional(),
        retention: z.strictObject({ capacity: shared['retention.capacity'].optional() }, { error }).optional(),
        calls: z.strictObject({ keep_transcripts: shared['calls.keep_transcripts'].optional() }).optional(),
      },
      { error },
    )
    .describe(
      'Settings of a person, in $XDG_CONFIG_HOME/sophia/config.yaml. Owners, time zone and hold-out belong to a workspace and stand in its sophia.yaml, which also overrules what is said here.',
    );
}

export function configOf(parsed: zod.output<ReturnType<typeof configSchema>>): Config {
  const owners = parsed.owners.map(({ id, name }) => {
    if (!isId<'owner'>(id)) throw new Error('the schema lets only ids through');
    return { id, name };
  });
  return {
    timeZone: parsed.time_zone as TimeZone,
    owners: owners as [Owner, ...Owner[]],
    holdout: parsed.retention.holdout === false ? 0 : parsed.retention.holdout,
    holdoutSalt: parsed.retention.holdout_salt ?? '',
    capacity: parsed.retention.capacity,
    keepTranscripts: parsed.calls.keep_transcripts,
    issuers: parsed.approvals.issuers,
    approvers: { roles: parsed.approvals.roles, twoPersons: parsed.approvals.two_persons },
    hiddenFrom: {
      roles: parsed.fairness.hidden_from ?? defaults['fairness.hidden_from'],
      isSaid: parsed.fairness.hidden_from !== undefined,
    },
    contact: parsed.fairness.contact,
    deployment: { approval: parsed.deploy.approval, namedAboveCents: Math.round(parsed.deploy.named_above * 100) },
  };
}
