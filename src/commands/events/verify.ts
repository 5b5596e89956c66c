import { plural } from '../../core/domain/index.ts';
import { faultOf, isWhole } from '../../core/ops/store/audit.ts';
import { defineCommand } from '../definition.ts';

export default defineCommand({
  summary: 'Find a changed or missing line of the audit stream',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  scores: 'hidden',
  examples: ['sophia events verify', 'sophia events verify --json'],
  input: (z) => z.object({}),
  async run({ app }) {
    const streams = [];
    for (const { journal } of app.owned) {
      const walk = await (await journal()).verify();
      streams.push({ ...walk, whole: isWhole(walk) });
    }
    return { data: { streams }, exit: streams.every(({ whole }) => whole) ? 'ok' : 'check' };
  },
  render({ streams }, style) {
    const lines = streams.map((stream) =>
      stream.whole
        ? `${style.good('whole')}   ${style.text(stream.owner)}: ${plural(stream.lines, 'line')}`
        : `${style.bad('broken')}  ${style.text(faultOf(stream))}`,
    );
    const broken = streams.some(({ whole }) => !whole);
    return [
      ...lines,
      ...(broken ? ['Next: sophia store info   lists copies, of which one may be from before'] : []),
    ].join('\n');
  },
});
