import type { OwnerId } from '../../core/domain/index.ts';
import { plural } from '../../core/domain/index.ts';
import { type Proposed, proposedOf } from '../../core/ops/proposals/proposed.ts';
import { foundIn } from '../../core/ops/proposals/words.ts';
import { resolveProperty } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { renderProposal } from './render.ts';

interface Listed extends Omit<Proposed, 'property'> {
  readonly owner: OwnerId;
  /** The customer's own id; null where its import was withdrawn since. */
  readonly property: string | null;
}

export default defineCommand<{ property?: string | undefined }, { demo: boolean; proposals: readonly Listed[] }, 'any'>(
  {
    summary: 'List what was proposed, withheld or left waiting',
    status: 'beta',
    place: 'any',
    changes: 'nothing',
    scores: 'shown',
    args: [
      { name: 'property', completes: 'property', help: 'id or name of the property; default: all', required: false },
    ],
    examples: ['sophia churn proposals', 'sophia churn proposals maple-court --json'],
    input: (z) => z.object({ property: z.string().min(1, 'must not be empty').optional() }),
    async run({ app }, { property: asked }) {
      const only = asked === undefined ? undefined : await resolveProperty(await app.store(), app.owned, asked);
      const proposals: Listed[] = [];
      for (const rooms of only ? [app.of(only.owner)] : app.owned) {
        const houses = new Map((await (await rooms.portfolio()).properties()).map(({ id, key }) => [id, key]));
        for (const { property, ...proposed } of await proposedOf(rooms, only && { property: only.found.id }))
          proposals.push({ owner: rooms.owner.id, property: houses.get(property) ?? null, ...proposed });
      }
      return { data: { demo: app.workspace.synthetic, proposals } };
    },
    render({ demo, proposals }, style) {
      if (proposals.length === 0) return 'Nothing was proposed yet. Next: sophia churn analyze --all';
      // Two owners may call their houses alike.
      const owners = [...Map.groupBy(proposals, ({ owner }) => owner)];
      const lines = owners.flatMap(([owner, theirs]) =>
        [...Map.groupBy(theirs, ({ property }) => property)].flatMap(([property, of]) => [
          `${style.bold(property === null ? 'no longer known' : style.fit(property, 40))}  ${owner}  ${plural(of.length, 'proposal')}`,
          ...of.flatMap((each) => [`  ${renderProposal(each, demo, style)}`, style.dim(`    ${foundIn(each)}`)]),
        ]),
      );
      return [...lines, ...(proposals.some(({ status }) => status === 'waiting') ? ['', nextStep(demo)] : [])].join(
        '\n',
      );
    },
  },
);

function nextStep(demo: boolean): string {
  return demo
    ? 'Next: sophia init   starts your own; there proposals can be approved'
    : 'Next: sophia runs approve <run>   shows the draft, and asks';
}
