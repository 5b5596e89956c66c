import type { Clock } from '../../context/index.ts';
import { ExternalError } from '../../errors/index.ts';
import type { Lambda, LaunchRequest } from './client.ts';
import { lookedFor } from './doubt.ts';
import type { Instance } from './shapes.ts';
import { isEnding, MANAGER, tags } from './tags.ts';
import { LambdaError, NO_CAPACITY } from './wire.ts';

/** A kind of machine that would do, where, and the price that was agreed to. */
export interface Candidate {
  readonly type: string;
  readonly region: string;
  readonly centsPerHour: number;
}

export interface Order extends Omit<LaunchRequest, 'type' | 'region' | 'tags'> {
  /** Tells this launch from all others; the same each time that it is tried again. */
  readonly token: string;
  /** How many machines of this token were of no use before it; those of fewer are not taken. Default: none were. */
  readonly attempt?: number | undefined;
  readonly stack: string;
  readonly home: string;
  /** The first of them that can be had is taken. */
  readonly candidates: readonly Candidate[];
  /** Seconds since 1970. */
  readonly expiresAt?: number | undefined;
}

export interface Launched {
  readonly id: string;
  readonly type: string;
  readonly region: string;
  /** It lived before it was asked for. */
  readonly isAdopted: boolean;
  readonly attempt: number;
  /** Those of earlier attempts that live all the same. They bill: whoever takes this one ends them. */
  readonly earlier: readonly Instance[];
}

export interface Launching {
  readonly lambda: Lambda;
  readonly clock: Clock;
  /** Waiting ends with it. What was asked for and may be granted is looked for all the same. */
  readonly signal: AbortSignal;
}

/** Why nothing was launched. */
export class NotLaunched extends ExternalError {
  override readonly name = 'NotLaunched';
  readonly code: 'twins' | 'unreadable' | 'price-rose' | 'not-sold' | 'no-capacity' | 'in-doubt';

  constructor(
    code: NotLaunched['code'],
    message: string,
    retryable: boolean,
    next: readonly string[],
    cause?: unknown,
  ) {
    super('failed', message, retryable, cause, next);
    this.code = code;
  }
}

/**
 * The machine of an order: the one that it was given before, or else a new one. A launch that may have been granted is
 * not asked for again: it is looked for as long as a machine may be missing from the list, and where it is not found, that
 * is said. Whoever tries again later finds it. NotLaunched, or LambdaError where the vendor refused; then there is none.
 */
export async function adoptOrLaunch(deps: Launching, order: Order): Promise<Launched> {
  const { lambda, signal } = deps;
  const known = await ownOf(deps, order, signal);
  if (known) return known;
  const { attempt = 0 } = order;
  for (const candidate of order.candidates)
    try {
      const { type, region } = candidate;
      // The price is looked at when its turn has come: others launch before, and it may rise meanwhile.
      const first = () => mustCost(deps, candidate);
      return {
        id: await lambda.launch(requestOf(deps, order, candidate), { signal, first }),
        ...{ type, region, isAdopted: false, attempt, earlier: [] },
      };
    } catch (thrown) {
      if (!(thrown instanceof LambdaError) || (thrown.code !== NO_CAPACITY && !thrown.isInDoubt)) throw thrown;
      if (thrown.isInDoubt) return await lookedForOne(deps, order, thrown);
    }
  const tried = order.candidates.map(({ type, region }) => `${type} in ${region}`).join(', ');
  throw new NotLaunched('no-capacity', `there is no capacity for ${tried}`, true, [
    'wait for it, or add candidates: other types or regions that would do',
  ]);
}

/**
 * The one machine that lives, carries the token of this order and is such as it asks for: one that is to be replaced by
 * another kind carries it too. Of several attempts it is the last: who launched that one had done with those before.
 */
async function ownOf({ lambda }: Launching, order: Order, signal?: AbortSignal): Promise<Launched | undefined> {
  const isMeant = ({ type, region }: Instance) =>
    order.candidates.some((each) => each.type === type.name && each.region === region);
  const all = (await lambda.instances(signal)).filter((each) => !isEnding(each) && each.tags[tags.home] === order.home);
  mustBeTold(all, order);
  const living = all.filter(isMeant);
  const attempts = living.flatMap((each) => attemptOf(each, order.token) ?? []);
  const attempt = Math.max(...attempts);
  if (attempts.length === 0 || attempt < (order.attempt ?? 0)) return undefined;
  const own = living.filter((each) => attemptOf(each, order.token) === attempt);
  const earlier = living.filter((each) => (attemptOf(each, order.token) ?? attempt) < attempt);
  const [one] = own;
  if (one && own.length === 1)
    return { id: one.id, type: one.type.name, region: one.region, isAdopted: true, attempt, earlier };
  const ids = own.map(({ id }) => id).join(', ');
  throw new NotLaunched('twins', `${own.length} machines live of one launch: ${ids}; no other is started`, false, [
    `sophia gpu kill-all --stack ${order.stack}   ends all of ${order.stack}`,
  ]);
}

/** One of this launch that is not told whole may be the one: another beside it would bill twice. */
function mustBeTold(all: readonly Instance[], { token, stack }: Order): void {
  const odd = all.find((each) => each.untold && attemptOf(each, token) !== undefined);
  if (!odd?.untold) return;
  const why = `machine ${odd.id} lives of this launch, and of it is not told: ${odd.untold.join(', ')}; no other is started`;
  throw new NotLaunched('unreadable', why, false, [`sophia gpu kill-all --stack ${stack}   ends all of ${stack}`]);
}

/** Which of the attempts at this launch a machine is of; undefined: of none. */
function attemptOf({ tags: written }: Instance, token: string): number | undefined {
  const launch = written[tags.launch] ?? '';
  if (launch === token) return 0;
  const [, attempt] = launch.startsWith(`${token}.`) ? (/^(\d{1,3})$/.exec(launch.slice(token.length + 1)) ?? []) : [];
  return attempt === undefined ? undefined : Number(attempt);
}

function tokenOf({ token, attempt = 0 }: Order): string {
  return attempt === 0 ? token : `${token}.${attempt}`;
}

/** The machine that may have been launched all the same. NotLaunched `in-doubt` where it is not found, or nobody answers. */
async function lookedForOne(deps: Launching, order: Order, doubt: LambdaError): Promise<Launched> {
  const looked = await lookedFor(deps.clock, doubt, () => ownOf(deps, order));
  if ('found' in looked) return looked.found;
  const next = ['try again: what has come meanwhile is found and taken', 'sophia gpu ls   shows what bills'];
  throw new NotLaunched('in-doubt', `a machine may have been launched, and bill: ${looked.why}`, true, next, doubt);
}

/** The price as it is now, asked for just before the launch: the last of the gates against an unforeseen bill. */
async function mustCost({ lambda, signal }: Launching, { type, region, centsPerHour }: Candidate): Promise<void> {
  const sold = (await lambda.types(signal)).find(({ name }) => name === type);
  if (!sold)
    throw new NotLaunched('not-sold', `${type} is not sold any more`, false, ['plan anew: sophia deploy plan']);
  if (sold.centsPerHour <= 0)
    throw new NotLaunched('not-sold', `${type} is listed without a price: nobody can tell what it would cost`, false, [
      'plan anew: sophia deploy plan',
    ]);
  if (sold.centsPerHour <= centsPerHour) return;
  const [now, agreed] = [sold.centsPerHour, centsPerHour].map((cents) => (cents / 100).toFixed(2));
  throw new NotLaunched(
    'price-rose',
    `${type} in ${region} now costs $${now} an hour; $${agreed} was agreed to`,
    false,
    ['plan anew, and agree to the price: sophia deploy plan'],
  );
}

function requestOf({ clock }: Launching, order: Order, { type, region }: Candidate): LaunchRequest {
  const { token: _, attempt: __, stack, home, expiresAt, candidates: ___, ...rest } = order;
  return {
    ...rest,
    ...{ type, region },
    tags: {
      ...{ [tags.managedBy]: MANAGER, [tags.stack]: stack, [tags.home]: home, [tags.launch]: tokenOf(order) },
      [tags.launchedAt]: String(Math.floor(Date.parse(clock.now()) / 1000)),
      ...(expiresAt !== undefined && { [tags.expiresAt]: String(expiresAt) }),
    },
  };
}
