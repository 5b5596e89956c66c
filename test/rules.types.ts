// Never run: the type checker is the test. Each line below an expectation must stay an error.
import { openSaver } from '../src/core/checkpoint/index.ts';
import { type Cents, type Instant, type IsoDay, id, type TenantId } from '../src/core/domain/index.ts';
import { churn } from '../src/core/flows/churn.ts';
import { ok } from '../src/core/ops/doctor/findings.ts';
import type { Portfolio } from '../src/core/portfolio/index.ts';
import { allowList } from '../src/core/risk/allowed.ts';
import type { AdverseInput, Scorecard, Weight } from '../src/core/risk/index.ts';
import type { Journal, Lease, Store, Tx } from '../src/core/store/index.ts';

interface Given {
  readonly store: Store;
  readonly tx: Tx;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly portfolio: Portfolio;
  readonly name: string;
}

export function rules({ store, tx, journal, lease, portfolio, name }: Given) {
  const [at, actor, run] = ['2026-11-22T09:00:00.000Z' as Instant, id('actor', 'os:ada'), id('run', 'run-1')];
  const property = id('property', 'elm-house');
  const saver = { read: store.read, owner: id('owner', 'hill-street'), random: () => 0 };
  const weight = { logOdds: 1, typical: 0, basis: 'judgement' } as const;
  return [
    // @ts-expect-error a property is not a tenant
    property satisfies TenantId,
    // @ts-expect-error a day is not any text
    portfolio.list(name),
    // @ts-expect-error dollars are not cents
    16.5 satisfies Cents,
    // @ts-expect-error a room is one owner's: no method takes another
    portfolio.list('2026-11-22' as IsoDay, id('owner', 'oak-lane')),
    // @ts-expect-error personal text does not reach the journal
    journal.note({ kind: 'run.node_finished', body: { node: name } }),
    // @ts-expect-error nor does it reach a report for a stranger
    ok('all is well', { owner: name }),
    // @ts-expect-error the body belongs to its kind
    journal.appendIn(tx, { kind: 'portfolio.imported', body: { node: id('node', 'gather') } }),
    // @ts-expect-error what is read cannot be written to
    store.read.insertInto('event').values,
    // @ts-expect-error checkpoints are not written without a lease
    openSaver({ ...saver, lease: store }),
    openSaver({ ...saver, lease }),
    // @ts-expect-error nor is what a step leaves
    store.record({ inserts: [], lines: [] }),
    // @ts-expect-error a line of the journal is not made by hand
    lease.record([], [{ at, owner: saver.owner, actor, room: 'runs', kind: 'x', run_id: run, body: name }]),
    // @ts-expect-error where somebody lives is not weighed
    { ...weight, feature: 'zipCode' } satisfies Weight,
    // @ts-expect-error nor can it be put on the list of what may be
    allowList({ lateMonths: 'ledger', postcodeRisk: 'lease' }),
    // @ts-expect-error nor how many live there
    allowList({ householdSize: 'lease' }),
    // @ts-expect-error nor what nobody allowed as a source
    allowList({ creditScore: 'bureau' }),
    // @ts-expect-error a repair that was asked for is not held against anybody
    'slowRepairs90d' satisfies AdverseInput,
    // @ts-expect-error nor what was said on a call
    'movingIntent90d' satisfies AdverseInput,
    // @ts-expect-error nor does the head of arrears weigh it
    [{ ...weight, feature: 'reopened90d' }] satisfies Scorecard['heads']['arrears']['weights'],
    // @ts-expect-error a node sees what came before it, not what will
    churn.node('notify', async ({ notified }) => ({ notified })),
  ];
}
