import { plural } from '../../core/domain/index.ts';
import { quoted } from '../../core/ops/quoted.ts';
import { resolveProperty } from '../../core/ops/resolve.ts';
import { connectable } from '../../core/risk/index.ts';
import { titleOf, UNSTATED } from '../churn/words.ts';
import { defineCommand } from '../definition.ts';

export default defineCommand({
  summary: 'Show one property and its sources',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  args: [{ name: 'property', completes: 'property', help: 'id or name of the property' }],
  examples: ['sophia portfolio show maple-court', 'sophia portfolio show maple-court --json'],
  input: (z) => z.object({ property: z.string().min(1, 'must not be empty') }),
  async run({ app }, { property }) {
    const { owner, found } = await resolveProperty(await app.store(), app.owned, property);
    const room = await app.of(owner).portfolio();
    const data = { owner, ...(await room.show(found.id, app.today)) };
    return { data, synthetic: data.synthetic };
  },
  render({ owner, id, key, name, synthetic, units, tenants, day, sources, newestRow }, style) {
    const width = Math.max(...connectable(sources).map(([source]) => source.length));
    const connected = connectable(sources).map(([source, days]) => {
      return `  ${source.padEnd(width + 1)} ${days > 0 ? `connected for ${days} days` : style.warn('not connected')}`;
    });
    return [
      [...titleOf({ name, key }, style), ...(synthetic ? ['invented data'] : [])].join('  '),
      style.dim(`${id}, owner ${owner}`),
      `${plural(units, 'unit')}, ${plural(tenants, 'tenant')}, as known on ${day}`,
      `newest row: ${newestRow ?? 'none'}`,
      'Sources:',
      ...connected,
      ...(connectable(sources).some(([, days]) => days > 0) ? [] : [UNSTATED]),
      '',
      `Next: sophia churn analyze ${style.text(quoted(key))}`,
    ].join('\n');
  },
});
