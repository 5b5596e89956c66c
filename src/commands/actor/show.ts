import { whoActs } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';

export default defineCommand({
  summary: 'Show as whom you act, and what proves it',
  status: 'experimental',
  place: 'any',
  changes: 'nothing',
  examples: ['sophia actor show'],
  input: (z) => z.object({}),
  async run({ app, ...context }) {
    const {
      actor,
      at = null,
      expires = null,
      refused = null,
      next = [],
    } = await whoActs(context, app.workspace.issuers);
    const roles = actor.assurance === 'token' ? actor.roles : [];
    return { data: { id: actor.id, assurance: actor.assurance, roles, at, expires, refused, next }, synthetic: false };
  },
  render({ id, assurance, roles, at, expires, refused, next }, style) {
    const lines = [
      assurance === 'token'
        ? `${style.bold(id)}, proved by the token in ${style.text(at ?? '')} until ${expires}`
        : `${style.bold(id)}, as this machine says; nothing proves it`,
      ...(roles.length > 0 ? [`Roles: ${roles.join(', ')}`] : []),
    ];
    if (refused) lines.push(style.warn(`${refused} (${style.text(at ?? '')})`), ...next.map((each) => `Next: ${each}`));
    return lines.join('\n');
  },
});
