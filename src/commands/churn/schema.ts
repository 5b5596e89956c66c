import type { z as zod } from 'zod';
import { sources } from '../../core/domain/index.ts';
import { levers } from '../../core/risk/index.ts';
import { runStatuses } from '../../core/runs/index.ts';

/**
 * The JSON of `churn analyze`: of one property, or, with `--all`, one ranking per owner. `schemas/` holds it as JSON
 * Schema (`npm run docs`). Additions are no breaking change; removals and new meanings are.
 */
export function analysisSchema(z: typeof zod) {
  const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
  const index = z.number().gt(0).lt(1).describe('0.5 is the usual tenant at the same lease stage; no probability');
  const synthetic = z.literal(true).optional().describe('Present when invented rows are among those analysed');
  const evidence = z.strictObject({
    id: z.string().describe('Our id of the row, as runs record it'),
    key: z.string().optional().describe("The customer's own id; absent when the row is no longer there"),
    on: day.optional().describe("The row's own day"),
  });
  const point = z.strictObject({
    feature: z.string(),
    value: z.number().describe('What was measured; see docs/risk.md for the unit of each feature'),
    logOdds: z.number().describe('Against the mean peer; positive moves towards leaving'),
    evidence: z.array(evidence),
  });
  const label = {
    tenant: z.string(),
    key: z.string().describe("The customer's own id"),
    name: z.string().nullable().describe('Personal'),
    unit: z.string().nullable(),
  };
  const tenant = z.strictObject({
    ...label,
    index,
    band: z.enum(['high', 'medium', 'typical', 'low']),
    p90: z
      .number()
      .nullable()
      .describe(
        'Probability of notice or going in 90 days, or of no renewal at an end in them, calibrated; null by the scorecard',
      ),
    trend: z.number().nullable().describe('Change of the index against 30 days earlier; null for who was not there'),
    sinceLast: z.number().nullable().describe('The same against `since`; null also across models'),
    arrears: index,
    stage: z.enum(['month to month', '0-3 months', '4-6 months', '7+ months']),
    peers: z.number().int().describe('Others of the property at that stage'),
    shared: z
      .number()
      .describe(
        'Log-odds that the stage shares, or all of them where leave has no attribution; index = sigma(shared + sum of reasons + others)',
      ),
    leaseEnds: day,
    reasons: z.array(point),
    others: z.number().describe('Log-odds of all points beside the reasons'),
    lower: z
      .array(z.strictObject({ feature: z.enum(levers), value: z.number(), logOdds: z.number(), index }))
      .describe('What an owner can do, and what the index would be, were it as for the mean peer; never a price'),
    step: z.enum(['renewal_call', 'service_check_in', 'watch', 'none']).describe('By band and stage only'),
  });
  const analysis = {
    owner: z.string(),
    asOf: day,
    runId: z.string(),
    resumed: z.boolean().describe('A run begun by a process that is gone was finished'),
    model: z.string(),
    modelHash: z.string().describe('Fingerprint of the scorecard or model that ranked'),
    stopped: z.boolean().describe('Tenants drifted away from those that the model learned from: nothing is proposed'),
    attribution: z
      .strictObject({ leave: z.enum(['exact', 'none']), arrears: z.enum(['exact', 'none']) })
      .describe('none: by a model of another program, which tells no points; by leave it proposes nothing'),
    scale: z.literal('stage-adjusted odds index'),
    property: z.strictObject({
      id: z.string(),
      key: z.string(),
      name: z.string(),
      synthetic: z.boolean().describe('Invented, with all that is known of it'),
      index: z.strictObject({ leave: index, arrears: index }),
    }),
    coverage: z
      .strictObject(Object.fromEntries(sources.map((source) => [source, z.number().min(0).max(1)])))
      .describe('Share of the window of each source in which it was stated connected'),
    capped: z.boolean().describe('The shares of coverage sum to less than 2: nobody is called high'),
    newestRow: day.nullable(),
    ledgerSilent: z
      .strictObject({ newest: day.nullable() })
      .nullable()
      .describe('Stated connected, and nothing came for 45 days: what is owed since `newest` is not seen'),
    since: z
      .strictObject({
        ...{ run: z.string(), asOf: day, by: z.string(), at: z.string(), model: z.string() },
        change: z.number().nullable().describe('Of the index of the property; null when another model made it'),
      })
      .nullable()
      .describe('The last finished analysis, with which this one is compared; null for the first'),
    compared: z.number().int(),
    leaving: z
      .array(z.strictObject({ ...label, noticeOn: day, leaseEnds: day }))
      .describe('Gave notice, and so not ranked'),
    behind: z
      .array(z.strictObject({ tenant: z.string(), key: z.string(), arrears: index }))
      .describe('Above 0.7 on the arrears head'),
    tenants: z.array(tenant).describe('The first --top of those compared, by falling index'),
    above: z.array(z.strictObject({ tenant: z.string(), lease: z.string() })).describe('Above 0.7, on enough sources'),
    demo: z.boolean().describe('The shipped demo, in which nothing can be approved'),
    proposals: z
      .array(
        z.strictObject({
          property: z.string(),
          tenant: z.string(),
          lease: z.string(),
          key: z.string(),
          name: z.string().nullable(),
          index: z.number().describe('As an analysis saw them last'),
          stage: z.string(),
          evidence: z.array(evidence),
          model: z.string().describe('Name and version of the model that proposed it'),
          state: z.enum(['open', 'withheld', 'over_capacity']),
          run: z.string().nullable().describe('Waits for a human; null when withheld or over capacity'),
          status: z.enum(runStatuses).nullable(),
          decision: z.enum(['approved', 'rejected']).nullable(),
        }),
      )
      .nullable()
      .describe('For those above; null for an analysis of the past, which proposes nothing'),
  };
  const owner = z.strictObject({
    owner: z.string(),
    name: z.string(),
    properties: z.array(z.strictObject(analysis)),
    missing: z.array(z.strictObject({ property: z.string(), reason: z.string() })),
  });
  return z.union([
    z.strictObject({ ...analysis, synthetic }),
    z.strictObject({ asOf: day, owners: z.array(owner), synthetic }),
  ]);
}
