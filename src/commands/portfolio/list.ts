import type { OwnerId } from '../../core/domain/index.ts';
import { plural } from '../../core/domain/index.ts';
import type { PropertySummary } from '../../core/portfolio/index.ts';
import { defineCommand } from '../definition.ts';

interface Listed extends PropertySummary {
  readonly owner: OwnerId;
}

export default defineCommand({
  summary: 'List the properties',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  examples: ['sophia portfolio list', 'sophia portfolio list --json'],
  input: (z) => z.object({}),
  async run({ app, logger }) {
    logger.progress('reading the portfolio');
    const properties: Listed[] = [];
    for (const { owner, portfolio } of app.owned)
      for (const property of await (await portfolio()).list(app.today))
        properties.push({ owner: owner.id, ...property });
    return { data: { asOf: app.today, properties } };
  },
  render({ asOf, properties }, style) {
    if (properties.length === 0) return 'No properties yet. Next: sophia portfolio import <folder>';
    const rows = properties.map(({ owner, key, name, synthetic, units, tenants }) => {
      const shown = [style.bold(style.fit(key, 24)), style.fit(name, 24), `${units}`, `${tenants}`, style.dim(owner)];
      return [...shown, synthetic ? style.dim('invented') : ''];
    });
    return [
      style.columns([['PROPERTY', 'NAME', 'UNITS', 'TENANTS', 'OWNER', ''].map(style.dim), ...rows]),
      '',
      `${plural(properties.length, 'property')}, as known on ${asOf}`,
      'Next: sophia churn analyze <property>',
    ].join('\n');
  },
});
