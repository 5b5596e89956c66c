import { type IsoDay, isIsoDay } from '../../core/domain/index.ts';
import { type DataDiagnosis, diagnoseData } from '../../core/ops/data-doctor.ts';
import { resolveProperty } from '../../core/ops/resolve.ts';
import { checkDay } from '../churn/day.ts';
import { defineCommand } from '../definition.ts';
import { renderDataDoctor } from './render-doctor.ts';

interface Input {
  property?: string | undefined;
  asOf?: IsoDay | undefined;
}

export default defineCommand<Input, { readonly owners: readonly DataDiagnosis[] }, 'any'>({
  summary: 'Find gaps and doubles in the data, and what each costs the score',
  status: 'experimental',
  place: 'any',
  changes: 'nothing',
  args: [
    { name: 'property', completes: 'property', help: 'id or name of the property; default: all', required: false },
  ],
  options: [{ flags: '--as-of <day>', help: 'use only what was known on that day; default: today' }],
  examples: ['sophia portfolio doctor maple-court', 'sophia portfolio doctor maple-court --as-of 2026-10-01'],
  input: (z) =>
    z.object({
      property: z.string().min(1, 'must not be empty').optional(),
      asOf: z.string().refine(isIsoDay, 'must be a day, like 2026-11-22').optional(),
    }),
  async run({ app, logger }, { property, asOf }) {
    const day = asOf ?? app.today;
    checkDay(app, day);
    logger.progress('reading the portfolio');
    const resolved = property === undefined ? undefined : await resolveProperty(await app.store(), app.owned, property);
    const rooms = resolved ? [app.of(resolved.owner)] : app.owned;
    const owners: DataDiagnosis[] = [];
    for (const { owner, portfolio } of rooms)
      owners.push(await diagnoseData(owner.id, await portfolio(), day, resolved?.found.id));
    const isDistorted = owners.some(({ findings }) => findings.some(({ state }) => state === 'fail'));
    return { data: { owners }, ...(isDistorted && { exit: 'check' as const }) };
  },
  render: ({ owners }, style) => owners.map((each) => renderDataDoctor(each, style)).join('\n\n'),
});
