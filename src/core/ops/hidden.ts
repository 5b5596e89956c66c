import { provesActors, type Workspace } from '../config/index.ts';
import type { Actor } from '../context/index.ts';
import { UserError } from '../errors/index.ts';

/**
 * UserError `refused` for who must not see a score: who handles applications, non-renewals and evictions must come to
 * their decisions without it, and be able to say so. A token says which roles somebody holds. Where the workspace names
 * such roles itself, and tokens can prove who acts, who shows none is refused too: else it would be left at home.
 */
export function mustMaySeeScores(actor: Actor, workspace: Workspace): void {
  const { roles, isSaid } = workspace.hiddenFrom;
  if (actor.assurance === 'token') {
    const held = actor.roles.filter((role) => roles.includes(role));
    if (held.length === 0) return;
    throw new UserError('refused', `scores are hidden from ${held.join(', ')}, and your token says so of you`, [
      'sophia churn effect   and churn audit show no score',
      'fairness.hidden_from in sophia.yaml names the roles',
    ]);
  }
  if (!isSaid || roles.length === 0 || !provesActors(workspace)) return;
  throw new UserError('refused', `scores are hidden from ${roles.join(', ')}, and nothing proves that you are none`, [
    'SOPHIA_ACTOR_TOKEN   proves it: whoever holds the key signs one with sophia actor token',
  ]);
}
