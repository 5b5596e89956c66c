import { findSecret, keepSecret, makeActorKey, ownFile, publicKeyOf } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';

export default defineCommand({
  summary: 'Make the key that signs who is who',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  options: [{ flags: '--dry-run', help: 'say where the key would be kept, make none' }],
  examples: ['sophia actor key'],
  input: (z) => z.object({ dryRun: z.boolean().default(false) }),
  async run({ app, ...context }, { dryRun }) {
    const { issuers } = app.workspace;
    const found = await findSecret(context, 'actor-key');
    const told = (publicKey: string | null, at: string) => ({
      data: {
        made: !found && !dryRun,
        publicKey,
        at,
        counts: publicKey !== null && issuers.includes(publicKey),
        dryRun,
      },
    });
    if (found) return told(publicKeyOf(found.secret), found.at);
    if (dryRun) return told(null, ownFile(context.files, 'actor-key'));
    const { secret, publicKey } = await makeActorKey();
    return told(publicKey, await keepSecret(context.files, 'actor-key', secret));
  },
  render({ made, publicKey, at, counts }, style) {
    if (publicKey === null) return `Would make a key in ${style.text(at)}.\n${NOTHING_WRITTEN}`;
    const where = made
      ? `Made a key, and keep its private half in ${style.text(at)}.`
      : `The key is in ${style.text(at)}.`;
    if (counts) return `${where}\nsophia.yaml names its public half: tokens that it signs count here.`;
    return [
      where,
      'For its tokens to count, write into sophia.yaml:',
      'approvals:',
      '  issuers:',
      `    - ${publicKey}`,
    ].join('\n');
  },
});
