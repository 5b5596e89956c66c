import { endInstances, type Instance, isEnding, isOurs, type Listed, tags } from '../../cloud/index.ts';
import { type AccountDeps, accountIn, centsOf, lambdaOf, type Machine, unpricedIn } from './account.ts';
import { soFarOf } from './bill.ts';

/** Which of the machines that sophia started, whoever's they are. */
export interface Which {
  /** Those of one environment; undefined: of any. */
  readonly stack: string | undefined;
  /** Those alone whose moment has passed. Without a moment, or with one that cannot be read, none has. */
  readonly expired: boolean;
}

export interface EndPlan {
  readonly stack: string | null;
  /** What is to be ended, dearest first. What is ending already is not. */
  readonly machines: readonly Machine[];
  readonly centsPerHour: number;
  readonly untouched: {
    /** Of sophia, and not meant. */
    readonly others: number;
    /** Not started by sophia. */
    readonly notOurs: number;
    /** Of the others: those whose moment is written, and cannot be read. */
    readonly unreadable: number;
  };
}

export interface EndReport extends EndPlan {
  /** Confirmed by the vendor. */
  readonly ended: readonly Machine[];
  /** What those had come to, as far as their price and their launch are told. */
  readonly endedCents: number;
  /** What should have ended and may bill on. */
  readonly left: readonly (Machine & { readonly why: string })[];
  /** What bills in the whole account. Not asked: reckoned from what was there before. */
  readonly billing: {
    readonly machines: number;
    readonly centsPerHour: number;
    /** Of so many of them the price is not told. */
    readonly unpriced: number;
    readonly isAsked: boolean;
  };
  /** So many of the account cannot be read: whose they are, and whether they bill, nobody knows. */
  readonly unread: number;
}

/** Who ends machines is patient with the vendor: given up too early, they bill on. */
const AGAIN = 4;

/**
 * What would be ended, by the vendor's word alone, as it stands now, and how that is done. No state and no file is read.
 * Throws as the vendor's client does, before anything was ended.
 */
export async function planEnd(
  deps: AccountDeps,
  which: Which,
): Promise<{ readonly plan: EndReport; carryOut(): Promise<EndReport> }> {
  const { clock, signal } = deps;
  const lambda = await lambdaOf(deps, { again: AGAIN });
  const { instances, unread } = await lambda.listed();
  const before = billingOf(instances);
  // The moment was agreed to by the clock that bills, whatever that of this machine says.
  const now = lambda.now();
  const isMeant = ({ environment, expiresAt }: Machine) =>
    (which.stack === undefined || environment === which.stack) &&
    (!which.expired || (expiresAt !== null && expiresAt <= now));
  const meantOf = (instances: readonly Instance[]) => accountIn(instances.filter(isOurs)).machines.filter(isMeant);
  const machines = meantOf(before);
  const plan: EndReport = {
    ...{ stack: which.stack ?? null, machines, centsPerHour: centsOf(machines) },
    ...{ untouched: untouchedOf(before, machines), ended: [], endedCents: 0, left: [], billing: inAll(before, true) },
    unread,
  };

  const carryOut = async (): Promise<EndReport> => {
    const came = await endInstances(
      { lambda, clock, signal },
      machines.map(({ id }) => id),
    );
    // That nobody can be asked any more takes nothing from what was ended: it is told.
    const after = signal.aborted ? undefined : await lambda.listed().catch(() => undefined);
    const listed = meantOf(billingOf(after?.instances ?? []));
    const late = listed.filter(({ id }) => !machines.some((each) => each.id === id));
    // What is said to have ended, and is in the list that comes after, has not.
    const back = listed.filter(({ id }) => came.ended.includes(id)).map(({ id }) => ({ id, why: 'is listed still' }));
    const why = new Map(
      [...came.left.filter(({ id }) => !isGone(id, after)), ...back].map((each) => [each.id, each.why]),
    );
    const left = machines.flatMap((each) => {
      const told = why.get(each.id);
      return told === undefined ? [] : [{ ...each, why: told }];
    });
    const isLeft = ({ id }: Instance) => why.has(id) || !machines.some((each) => each.id === id);
    const ended = machines.filter(({ id }) => !why.has(id));
    return {
      ...plan,
      ...{ ended, endedCents: soFarOf(ended, now) },
      left: [...left, ...late.map((each) => ({ ...each, why: 'was started meanwhile' }))],
      billing: after ? inAll(billingOf(after.instances), true) : inAll(before.filter(isLeft), false),
      unread: after?.unread ?? unread,
    };
  };
  return { plan, carryOut };
}

/** Whether what was listed before is so no more, or is ending: then it has ended, whatever came of asking for it. */
function isGone(id: string, after: Listed | undefined): boolean {
  const found = after?.instances.find((each) => each.id === id);
  // It may be the one that cannot be read.
  return found ? isEnding(found) : after?.unread === 0;
}

function billingOf(instances: readonly Instance[]): Instance[] {
  return instances.filter((each) => !isEnding(each));
}

function inAll(instances: readonly Instance[], isAsked: boolean): EndReport['billing'] {
  const { machines, centsPerHour } = accountIn(instances);
  return { machines: machines.length, centsPerHour, unpriced: unpricedIn(machines), isAsked };
}

function untouchedOf(before: readonly Instance[], machines: readonly Machine[]): EndPlan['untouched'] {
  const ours = before.filter(isOurs);
  const isWritten = (id: string) => ours.some((each) => each.id === id && each.tags[tags.expiresAt] !== undefined);
  const others = accountIn(ours).machines.filter(({ id }) => !machines.some((each) => each.id === id));
  return {
    ...{ others: others.length, notOurs: before.length - ours.length },
    unreadable: others.filter(({ id, expiresAt }) => expiresAt === null && isWritten(id)).length,
  };
}
