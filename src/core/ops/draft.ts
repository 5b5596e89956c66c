import { join } from 'node:path';
import type { Files } from '../context/index.ts';
import type { Action, IsoDay, PropertyId, RunId, TenantId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { Draft } from '../policy/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import { filled, templateText } from './template.ts';

interface Subject {
  readonly tenant: TenantId;
  readonly property: PropertyId;
  readonly action: Action;
  readonly runId: RunId;
}

/**
 * What is to be done about a tenant, and a message to them, from the templates of `templates/retention/`: the same for
 * everyone with the same action. It speaks of the home and the lease; no score, no reason and no guess is in it. The run
 * is named in the task alone: it is nothing to a tenant.
 */
export async function composeDraft(
  deps: { readonly files: Files; readonly portfolio: Portfolio; readonly today: IsoDay },
  { tenant, property, action, runId }: Subject,
): Promise<Draft> {
  const { files, portfolio, today } = deps;
  const tenancy = await portfolio.tenancy(tenant, property, today);
  const file = (await portfolio.filesOf([tenant], today)).get(tenant);
  const house = (await portfolio.properties()).find(({ id }) => id === property);
  if (!tenancy || !file || !house)
    throw new UserError('insufficient', 'the tenant no longer lives there: there is nothing to propose');
  const open = tenancy.tickets.filter(({ closedOn }) => closedOn === undefined);
  const isMonthly = tenancy.leaseEnds < today;
  const values = {
    ...{ run: runId, tenant: file.name, key: file.key, unit: tenancy.unit, property: house.name },
    ...{
      leaseEnds: inALetter(tenancy.leaseEnds),
      lease: `${isMonthly ? 'Month to month since' : 'Lease to'} ${tenancy.leaseEnds}`,
    },
    open: [
      ...open.map(({ id, openedOn }) => `   - ticket ${file.rows.get(id)?.key ?? id}, since ${openedOn}`),
      ...keptOut(tenancy.openKeptOut),
      ...(open.length + tenancy.openKeptOut === 0 ? ['   - nothing that we know of'] : []),
    ].join('\n'),
    openForTenant:
      open.length === 0
        ? ''
        : `We have not forgotten ${open.length === 1 ? 'the repair that is' : 'the repairs that are'} open.\n\n`,
  };
  // A lease that has run out has no end to speak of.
  const about = isMonthly && action === 'renewal_call' ? `${action}.month_to_month` : action;
  const text = async (kind: 'task' | 'message') =>
    filled(await templateText(files, join('retention', `${kind}.${about}.md`)), values);
  return { task: await text('task'), message: await text('message') };
}

/** `December 31, 2026`, as tenants write a day. */
function inALetter(day: IsoDay): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day));
}

/** Open requests whose kind and words are not kept: a human looks them up, and no text is to guess at them. */
function keptOut(count: number): string[] {
  if (count === 0) return [];
  return [`   - ${count === 1 ? 'one request' : `${count} requests`} that a human must see to`];
}
