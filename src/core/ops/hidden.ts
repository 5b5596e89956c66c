import { provesActors, type Workspace } from '../config/index.ts';
import type { Actor } from '../context/index.ts';
import { UserError } from '../errors/index.ts';

/** Roles are one however somebody spells them: a hyphen in the place of a low line must open nothing. */
function spelt(role: string): string {
  return role.toLowerCase().replaceAll('-', '_');
}

/**
 * UserError `refused` for who must not see a score: who handles applications, non-renewals and evictions must come to
 * their decisions without it, and be able to say so. A token says which roles somebody holds. Where the workspace names
 * such roles itself, and tokens can prove who acts, who shows none is refused too: else it would be left at home.
 */
export function mustMaySeeScores(actor: Actor, workspace: Workspace): void {
  const refusal = whyHidden(actor, workspace);
  if (refusal) throw refusal;
}

/**
 * The same for what services run by themselves, a worker or a nightly copy: they show no token, and would end the day that
 * roles are named. Refused is whose token says so. Nothing is lost by it: who can start a service on that machine can read
 * its store as well.
 */
export function mustMayServe(actor: Actor, workspace: Workspace): void {
  if (actor.assurance === 'token') mustMaySeeScores(actor, workspace);
}

/** What `mustMaySeeScores` throws, for who leaves out instead of ending. */
export function whyHidden(actor: Actor, workspace: Workspace): UserError | undefined {
  const { roles, isSaid } = workspace.hiddenFrom;
  if (actor.assurance === 'token') {
    const hidden = roles.map(spelt);
    const held = actor.roles.filter((role) => hidden.includes(spelt(role)));
    if (held.length === 0) return undefined;
    return new UserError('refused', `scores are hidden from ${held.join(', ')}, and your token says so of you`, [
      'sophia churn effect   shows no score',
      'fairness.hidden_from in sophia.yaml names the roles',
    ]);
  }
  if (!isSaid || roles.length === 0 || !provesActors(workspace)) return undefined;
  return new UserError('refused', `scores are hidden from ${roles.join(', ')}, and nothing proves that you are none`, [
    'SOPHIA_ACTOR_TOKEN   proves it: whoever holds the key signs one with sophia actor token',
  ]);
}

/** Each of `roles` that is by one letter none of those from whom scores are hidden, and which it may be meant for. */
export async function nearlyHidden(
  roles: readonly string[],
  { hiddenFrom }: Workspace,
): Promise<readonly (readonly [role: string, meant: string])[]> {
  const { distance } = await import('fastest-levenshtein');
  return roles.flatMap((role) => {
    const far = hiddenFrom.roles.map((hidden) => distance(spelt(role), spelt(hidden)));
    const meant = far.includes(0) ? undefined : hiddenFrom.roles[far.indexOf(1)];
    return meant === undefined ? [] : [[role, meant] as const];
  });
}
