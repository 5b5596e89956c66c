import { daysBetween, type IsoDay, type Tenancy, type Ticket } from '../../domain/index.ts';
import { type Measured, RECENT_DAYS, upTo } from './signal.ts';

const SLOW_DAYS = 7;

/** Repairs of the last 90 days. A ticket that is kept out is not among them. */
function recentOf({ tickets }: Tenancy, day: IsoDay): Ticket[] {
  return tickets.filter(({ openedOn }) => daysBetween(openedOn, day) <= RECENT_DAYS);
}

/** Repairs that took, or have been waiting for, more than a week; and those opened again. */
function badly(tenancy: Tenancy, day: IsoDay): Measured<'slowRepairs90d' | 'reopened90d'> {
  const recent = recentOf(tenancy, day);
  const slow = recent.filter(({ openedOn, closedOn = day }) => daysBetween(openedOn, closedOn) > SLOW_DAYS);
  const again = recent.filter(({ reopened }) => reopened > 0);
  const reopened = again.reduce((total, ticket) => total + ticket.reopened, 0);
  return {
    slowRepairs90d: upTo('slowRepairs90d', slow.length, traced(slow)),
    reopened90d: upTo('reopened90d', reopened, traced(again)),
  };
}

/** How many there were, how long the oldest has been open, and how long answers took. */
function waiting(tenancy: Tenancy, day: IsoDay): Measured<'tickets90d' | 'openAgeMax' | 'slowestReply90d'> {
  const recent = recentOf(tenancy, day);
  const oldest = tenancy.tickets.find(({ closedOn }) => closedOn === undefined);
  // Whose answer is not known has waited until it was done, or waits still.
  const waited = recent.map(({ id, openedOn, repliedOn, closedOn }) => {
    return { id, days: daysBetween(openedOn, repliedOn ?? closedOn ?? day) };
  });
  // Not the usual answer but the slowest: a repair that was answered quickly must not make up for one that was not.
  const slowest = waited.toSorted((a, b) => b.days - a.days)[0];
  return {
    tickets90d: upTo('tickets90d', recent.length, traced(recent)),
    openAgeMax: oldest
      ? upTo('openAgeMax', daysBetween(oldest.openedOn, day), traced([oldest]))
      : { value: 0, evidence: [] },
    slowestReply90d: upTo('slowestReply90d', slowest?.days ?? 0, slowest ? traced([slowest]) : []),
  };
}

export const service = {
  ...{ slowRepairs90d: badly, reopened90d: badly },
  ...{ tickets90d: waiting, openAgeMax: waiting, slowestReply90d: waiting },
};

function traced(tickets: readonly Pick<Ticket, 'id'>[]): string[] {
  return tickets.map(({ id }) => `ticket:${id}`);
}
