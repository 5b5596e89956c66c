import { daysBetween, type IsoDay, type OwnerId, type PropertyId, plural } from '../domain/index.ts';
import {
  type Examination,
  type Flaw,
  LATE_DAYS,
  type Month,
  type Portfolio,
  SILENT_LEDGER_DAYS,
} from '../portfolio/index.ts';
import { coverageOf, features, MIN_COVERAGE, reachOf } from '../risk/index.ts';

type Code = Flaw | 'no-tenants' | 'source-missing' | 'source-unstated' | 'source-silent' | 'band-capped';

/** What is amiss with the data of an owner, what it does to scores, and what mends it. */
export interface DataFinding {
  readonly code: Code;
  /** `fail`: a score says something else than it would. `warn`: it says less. */
  readonly state: 'warn' | 'fail';
  readonly times: number;
  readonly what: string;
  /** The first of them, by the customer's own keys. */
  readonly examples: readonly string[];
  readonly costs: string;
  readonly fix: string;
}

export interface DataDiagnosis {
  readonly owner: OwnerId;
  readonly day: IsoDay;
  readonly properties: number;
  readonly tenants: number;
  readonly months: readonly Month[];
  readonly findings: readonly DataFinding[];
}

/** What is wrong with what one owner has brought in, as known on `day`: what distorts a score comes first. */
export async function diagnoseData(
  owner: OwnerId,
  portfolio: Pick<Portfolio, 'examine'>,
  day: IsoDay,
  property?: PropertyId,
): Promise<DataDiagnosis> {
  const seen = await portfolio.examine(day, property);
  const findings = [...flawsIn(seen), ...gapsIn(seen)];
  const ranks = ['fail', 'warn'];
  return {
    ...{ owner, day, properties: seen.properties.length, tenants: tenantsOf(seen.properties), months: seen.months },
    findings: findings.sort((a, b) => ranks.indexOf(a.state) - ranks.indexOf(b.state)),
  };
}

type House = Examination['properties'][number];

function tenantsOf(houses: readonly House[]): number {
  return houses.reduce((sum, { tenants }) => sum + tenants, 0);
}

interface Told extends Pick<DataFinding, 'state' | 'costs' | 'fix'> {
  what(times: number): string;
}

/** An import is withdrawn whole: of lines that came together the others are to come again. */
const SAID_AGAIN =
  'came they in two imports, withdraw the one that says it again: sophia portfolio imports; came they in one, withdraw it, ' +
  'take the line out of its file and import that again: the other rows are as before';

const told: Readonly<Record<Flaw, Told>> = {
  'ledger-gap': {
    state: 'fail',
    what: (n) => `${plural(n, 'month')} of a tenancy without a charge, with the ledger stated connected`,
    costs: 'rent that was not charged cannot be late: lateMonths6m, missedMonths6m and partialPayments6m are too low',
    fix: 'import the charges of these months, or end the connection in sources.csv where the export has a hole',
  },
  'tenant-overlap': {
    state: 'fail',
    what: (n) => `${plural(n, 'pair')} of leases of one tenant at once`,
    costs: 'the one that began last counts alone: stage, rent and tenure may be those of the other',
    fix: 'give the lease that was left its moved_out_on, or its last day',
  },
  'tenant-twice': {
    state: 'fail',
    what: (n) => `${plural(n, 'tenant')} under two keys, with one name, unit and days`,
    costs: 'one person is two peers, and half of what happened is missing from each',
    fix: 'export them under one key, and withdraw the import that has the other: sophia portfolio imports',
  },
  'charge-twice': {
    state: 'fail',
    what: (n) => `${plural(n, 'charge')} of one day and amount under two keys`,
    costs: 'rent is owed twice: lateMonths6m, lateNow and behindTwoMonths are too high',
    fix: SAID_AGAIN,
  },
  'ticket-dates': {
    state: 'fail',
    what: (n) => `${plural(n, 'ticket')} closed before it was opened`,
    costs: 'no repair of these counts as slow: slowRepairs90d is too low',
    fix: 'correct closed_on, and import the rows once more',
  },
  'row-late': {
    state: 'warn',
    what: (n) =>
      `${plural(n, 'row')} that came over ${LATE_DAYS} days after their own day, of a source that was there by then`,
    costs: 'no score of today; analyses and trainings of past days see them, who looked on those days did not',
    fix: 'import at least each month; or withdraw them and import them with known_on, the day from which they were known',
  },
  'unit-overlap': {
    state: 'warn',
    what: (n) => `${plural(n, 'pair')} of leases of two tenants in one unit at once`,
    costs: 'right for who shares a home; else somebody who has left is still ranked, and is a peer of the others',
    fix: 'give the lease that was left its moved_out_on',
  },
  'line-twice': {
    state: 'warn',
    what: (n) => `${plural(n, 'line')} of one day, type and amount under two keys`,
    costs: 'right where it was paid in parts; else rent seems paid that is not',
    fix: SAID_AGAIN,
  },
  'tenant-unleased': {
    state: 'warn',
    what: (n) => `${plural(n, 'tenant')} without a lease`,
    costs: 'they are ranked nowhere, whatever their ledger says',
    fix: 'import their leases',
  },
  'unit-unknown': {
    state: 'warn',
    what: (n) => `${plural(n, 'lease')} on a unit that is in no units.csv`,
    costs: 'no score; the number of units is too low',
    fix: 'import units.csv with them, or correct unit_id',
  },
  'ticket-open-long': {
    state: 'warn',
    what: (n) => `${plural(n, 'ticket')} open for over a year`,
    costs: 'no score: only what was opened within 90 days counts',
    fix: 'import them with closed_on where they were closed',
  },
  'call-silent': {
    state: 'warn',
    what: (n) => `${plural(n, 'call')} without a turn of the resident`,
    costs: 'they count as no call: calls90d and negativeSentiment90d do not see them',
    fix: 'look whether the transcripts have the speakers the right way round',
  },
};

function flawsIn({ flaws }: Examination): DataFinding[] {
  return (Object.keys(told) as Flaw[]).flatMap((code) => {
    const found = flaws[code];
    if (!found) return [];
    const { state, what, costs, fix } = told[code];
    return [{ code, state, ...found, what: what(found.times), costs, fix }];
  });
}

/** Of a source that is stated connected, how long nothing may come before that is remarkable: rent is due each month. */
const SILENT_DAYS = { ledger: SILENT_LEDGER_DAYS, tickets: 90, calls: 90 } as const;
type Brought = keyof typeof SILENT_DAYS;

/** What is not there, by source: what it makes features worth, and whether anybody can be called high. */
function gapsIn({ day, properties }: Examination): DataFinding[] {
  const lived = properties.filter(({ tenants }) => tenants > 0);
  const findings: DataFinding[] = [];
  const find = (finding: Omit<DataFinding, 'times' | 'examples'>, houses: readonly House[]) => {
    if (houses.length === 0) return;
    findings.push({ ...finding, times: houses.length, examples: houses.slice(0, 5).map(({ key }) => key) });
  };
  const of = (houses: readonly House[]) =>
    `${plural(tenantsOf(houses), 'tenant')} of ${plural(houses.length, 'property')}`;
  find(
    {
      ...{
        code: 'no-tenants',
        state: 'warn',
        what: `${plural(properties.length - lived.length, 'property')} in which nobody lives`,
      },
      ...{ costs: 'nobody is ranked there', fix: 'import leases.csv' },
    },
    properties.filter(({ tenants }) => tenants === 0),
  );
  for (const source of Object.keys(SILENT_DAYS) as Brought[]) {
    const drawn = Object.entries(features).flatMap(([name, from]) => (from === source ? [name] : []));
    const nothing = (houses: readonly House[]) => `${drawn.join(', ')} add exactly 0 for ${of(houses)}`;
    const without = lived.filter(({ connectedDays }) => connectedDays[source] === 0);
    const unstated = without.filter(({ newest }) => newest[source] !== undefined);
    const missing = without.filter(({ newest }) => newest[source] === undefined);
    const silent = lived.filter(({ connectedDays, newest }) => {
      if (connectedDays[source] <= SILENT_DAYS[source]) return false;
      const last = newest[source];
      return last === undefined || daysBetween(last, day) > SILENT_DAYS[source];
    });
    find(
      {
        ...{
          code: 'source-unstated',
          state: 'warn',
          what: `${source}: there are rows, and nobody states since when all are there`,
        },
        ...{ costs: nothing(unstated), fix: `state it in sources.csv: <property>,${source},<first whole day>` },
      },
      unstated,
    );
    find(
      {
        ...{ code: 'source-missing', state: 'warn', what: `${source}: not connected` },
        ...{ costs: nothing(missing), fix: `import ${source}, and state in sources.csv since when all are there` },
      },
      missing,
    );
    find(
      {
        ...{ code: 'source-silent', state: source === 'ledger' ? 'fail' : 'warn' },
        what: `${source}: stated connected, and no row of the last ${SILENT_DAYS[source]} days`,
        costs: `what is missing is taken for good: ${drawn.join(', ')} are too low for ${of(silent)}`,
        fix: `import what is new of ${source}, or end the connection in sources.csv on the day it broke`,
      },
      silent,
    );
  }
  const capped = lived.filter(({ connectedDays }) => reachOf(coverageOf(connectedDays)) < MIN_COVERAGE);
  find(
    {
      ...{ code: 'band-capped', state: 'warn', what: `sources cover less than the ${MIN_COVERAGE} that are needed` },
      costs: `nobody is called high among ${of(capped)}, and nothing is proposed for them`,
      fix: 'connect one more source, or state in sources.csv that it was whole for longer',
    },
    capped,
  );
  return findings;
}
