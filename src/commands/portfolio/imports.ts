import { minuteIn, type OwnerId, plural } from '../../core/domain/index.ts';
import type { ImportSummary } from '../../core/portfolio/index.ts';
import { defineCommand } from '../definition.ts';

interface Listed extends ImportSummary {
  readonly owner: OwnerId;
}

export default defineCommand({
  summary: 'List what was imported, and what of it was undone',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  examples: ['sophia portfolio imports', 'sophia portfolio imports --json'],
  input: (z) => z.object({}),
  async run({ app }) {
    const imports: Listed[] = [];
    for (const { owner, portfolio } of app.owned)
      for (const each of await (await portfolio()).imports()) imports.push({ owner: owner.id, ...each });
    return { data: { timeZone: app.workspace.timeZone, imports } };
  },
  render({ timeZone, imports }, style) {
    if (imports.length === 0) return 'No imports yet. Next: sophia portfolio import <folder>';
    const first = imports.map(({ id, state, rows, rejected, finishedAt }) => [
      style.bold(style.text(id)),
      state === 'live' ? style.good(state) : style.warn(style.text(state)),
      plural(rows, 'row'),
      rejected > 0 ? style.warn(`${rejected} rejected`) : '',
      style.dim(minuteIn(timeZone, finishedAt)),
    ]);
    const second = imports.map(({ owner, actor, synthetic, withdrawnBy, withdrawnAt }) => {
      const told = [`  for ${style.fit(owner, 24)}, by ${style.fit(actor, 24)}${synthetic ? ', invented' : ''}`];
      if (withdrawnAt)
        told.push(`  withdrawn by ${style.fit(withdrawnBy ?? '', 24)}, ${minuteIn(timeZone, withdrawnAt)}`);
      return style.dim(told.join('\n'));
    });
    const unfinished = imports.some(({ state }) => state === 'unfinished');
    return [
      ...style.rows(first).flatMap((line, at) => [line, second[at] ?? '']),
      ...(unfinished ? [UNFINISHED] : []),
    ].join('\n');
  },
});

const UNFINISHED =
  'Unfinished: nothing of it counts yet. The same command goes on with it; sophia store purge takes it back.';
