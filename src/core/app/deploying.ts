import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Workspace } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import type { OwnerId } from '../domain/index.ts';
import type { Services } from '../flows/index.ts';
import type { Deploys } from '../ops/deploy/deploys.ts';
import type { Journal, Store } from '../store/index.ts';

/** The environments of a workspace, with the secrets that they take. */
export async function deploysOf(
  context: Context,
  { configFile, storeFile }: Workspace,
  rooms: { readonly store: Store; readonly journal: Journal; readonly owner: OwnerId },
): Promise<Deploys> {
  const [{ openDeploys }, secrets] = await Promise.all([
    import('../ops/deploy/deploys.ts'),
    import('../secrets/index.ts'),
  ]);
  const { findSecret, keepSecret, Secret } = secrets;
  return openDeploys({
    ...{ ...context, ...rooms, root: dirname(configFile), hidden: dirname(storeFile) },
    engine: context.variables.SOPHIA_PULUMI,
    key: async () => (await findSecret(context, 'lambda-api-key'))?.secret,
    async passphrase() {
      const found = await findSecret(context, 'deploy-passphrase');
      if (found) return found.secret;
      const made = new Secret(randomBytes(24).toString('base64url'));
      const path = await keepSecret(context.files, 'deploy-passphrase', made);
      context.logger.warn(
        `the passphrase that seals what is recorded of environments was made: keep a copy of ${path}`,
      );
      return made;
    },
  });
}

/** What a run that deploys may use. */
export function deployingBy(
  { approvers, deployment }: Workspace,
  deploys: () => Promise<Deploys>,
): Pick<Services, 'deploys' | 'deployment'> {
  return {
    deployment: { needsApproval: deployment.approval, ...approvers },
    async deploys() {
      const room = await deploys();
      return {
        order: (input) => room.order(wantedBy(input), { cents: input.cents, fleet: input.fleet }),
        // Whoever goes on with it, by whichever command, is told what bills where it goes wrong.
        raise: (order, input, signal) =>
          room.raise(order, wantedBy(input), { agreedCents: input.cents, signal }).catch(async (thrown) => {
            const { withBill } = await import('../ops/deploy/begin.ts');
            throw await withBill(thrown, room, wantedBy(input));
          }),
      };
    },
  };
}

function wantedBy({
  environment,
  speed,
  expires,
  waits,
  candidates,
  replace,
}: Parameters<Awaited<ReturnType<Services['deploys']>>['order']>[0]) {
  const practice = speed > 0 ? { speed } : undefined;
  return { environment, practice, expiresS: expires, waitS: waits, candidates, replace };
}
