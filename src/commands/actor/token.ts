import { addMs, id } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import { nearlyHidden } from '../../core/ops/hidden.ts';
import { findSecret, publicKeyOf, signActorToken } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';
import { wholeNumber } from '../whole-number.ts';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 90;

export default defineCommand({
  summary: 'Sign a token that proves who approves',
  status: 'experimental',
  place: 'own',
  changes: 'nothing',
  args: [{ name: 'name', help: 'short name of the person, as it stands in the audit' }],
  options: [
    { flags: '--roles <names>', help: 'what the person may answer for: names with commas between', fallback: '' },
    { flags: '--days <number>', help: 'how long it counts', fallback: '30' },
  ],
  examples: ['sophia actor token ada --roles regional-manager --days 30'],
  input: (z) => {
    const name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, 'must be lower case letters, digits and . _ -');
    return z.object({
      name,
      roles: z
        .string()
        .transform((text) => text.split(',').flatMap((each) => each.trim() || []))
        .pipe(z.array(name).max(20)),
      days: wholeNumber(z, { from: 1, to: LONGEST_DAYS }),
    });
  },
  async run({ app, ...context }, { name, roles, days }) {
    const found = await findSecret(context, 'actor-key');
    if (!found)
      throw new UserError('config', 'there is no actor key here: only who has it can sign', [
        'sophia actor key   makes one',
        'SOPHIA_ACTOR_KEY_FILE=<path>   names one that is elsewhere',
      ]);
    if (!app.workspace.issuers.includes(publicKeyOf(found.secret)))
      throw new UserError('refused', `sophia.yaml does not name the key in ${found.at}: its tokens would not count`, [
        'sophia actor key   says what to write into sophia.yaml',
      ]);
    for (const [role, meant] of await nearlyHidden(roles, app.workspace))
      context.logger.warn(`scores are shown to the role ${role}; they are hidden from ${meant}: is that meant?`);
    const actor = id('actor', `token:${name}`);
    const expires = addMs(context.clock.now(), days * DAY_MS);
    const token = await signActorToken(context, found.secret, { actor, roles, expires });
    // The one command whose result is a secret: it is printed to be handed to that person, and kept nowhere.
    return { data: { actor, roles, expires, token: token.reveal() } };
  },
  render: ({ token }) => token,
});
