import { daysBetween, type IsoDay, type Tenancy, type Ticket } from '../../domain/index.ts';
import { type Measured, RECENT_DAYS, upTo } from './signal.ts';

const SLOW_DAYS = 7;

type Service = 'slowRepairs90d' | 'reopened90d' | 'tickets90d' | 'openAgeMax' | 'medianDaysToReply';

/**
 * Repairs of the last 90 days, those that took or have been waiting for more than a week, those opened again, and how
 * long answers took. A ticket that is kept out is not among them.
 */
export function service({ tickets }: Tenancy, day: IsoDay): Measured<Service> {
  const recent = tickets.filter(({ openedOn }) => daysBetween(openedOn, day) <= RECENT_DAYS);
  const slow = recent.filter(({ openedOn, closedOn = day }) => daysBetween(openedOn, closedOn) > SLOW_DAYS);
  const again = recent.filter(({ reopened }) => reopened > 0);
  const reopened = again.reduce((total, ticket) => total + ticket.reopened, 0);
  const waiting = tickets.find(({ closedOn }) => closedOn === undefined);
  const answered = recent.flatMap(({ id, openedOn, repliedOn }) =>
    repliedOn ? [{ id, days: daysBetween(openedOn, repliedOn) }] : [],
  );
  return {
    slowRepairs90d: upTo('slowRepairs90d', slow.length, traced(slow)),
    reopened90d: upTo('reopened90d', reopened, traced(again)),
    tickets90d: upTo('tickets90d', recent.length, traced(recent)),
    openAgeMax: waiting
      ? upTo('openAgeMax', daysBetween(waiting.openedOn, day), traced([waiting]))
      : { value: 0, evidence: [] },
    // The export may not tell replies at all: without one nothing is said.
    ...(answered.length > 0 && {
      medianDaysToReply: upTo('medianDaysToReply', median(answered.map(({ days }) => days)), traced(answered)),
    }),
  };
}

function traced(tickets: readonly Pick<Ticket, 'id'>[]): string[] {
  return tickets.map(({ id }) => `ticket:${id}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
