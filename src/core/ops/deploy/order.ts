import { type Instance, isEnding, isOurs, tags } from '../../cloud/index.ts';
import type { Plan } from '../../deploy/index.ts';
import { ExternalError, UsageError, UserError } from '../../errors/index.ts';
import { dearest, type Offer, type Order, type OrderedMachine, type Recorded } from '../../stack/index.ts';
import { type Asked, isInPlaceOf, type Size } from './candidates.ts';

/** What an order is made from. */
export interface Ordering {
  readonly environment: string;
  readonly home: string;
  readonly sshKey: Order['sshKey'];
  readonly fleet: NonNullable<Plan['fleet']>;
  readonly recorded: Recorded;
  /** What lives of this very environment, by the vendor's word. */
  readonly alive: readonly Instance[];
  /** Where else it might be launched, or what else would do, as it was typed; the first that can be had is taken. */
  readonly candidates: readonly Asked[];
  readonly sold: readonly (Size & { readonly centsPerHour: number })[];
  /** Names of those that another is to be made in the place of. */
  readonly replaced: readonly string[];
  /** Somebody waits until there is capacity, where none is shown. */
  readonly isPatient: boolean;
  /** Where anything is sold. */
  readonly regions: readonly string[];
}

/** `node-0,node-2`. UsageError for what is not both recorded and wished for: there is nothing to be replaced. */
export function replacedIn(text: string, { machines }: Recorded, nodes: number): string[] {
  const names = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const known = machines.map(({ name }) => name).filter((name) => Number(name.slice('node-'.length)) < nodes);
  const [unknown] = names.filter((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(
    `--replace: there is no ${unknown} to be replaced`,
    known.map((name) => `--replace ${name}`),
  );
}

/** One that is there keeps its own, and one that is to be replaced is given the next: to the plugin it is another machine. */
function generationFor({ recorded, replaced }: Ordering, name: string): number {
  // While one is replaced both are recorded under its name.
  const all = recorded.machines.filter((each) => each.name === name).map(({ generation }) => generation);
  return Math.max(0, ...all) + (replaced.includes(name) ? 1 : 0);
}

function isOrdered({ name, candidates, generation = 0 }: OrderedMachine, each: Recorded['machines'][number]): boolean {
  const isOffered = candidates.some(({ type, region }) => type === each.type && region === each.region);
  return name === each.name && generation === each.generation && isOffered;
}

/** `2 gpu_1x_h100_pcie`: of which machines, so that who agreed to some is given no others for the same money. */
export function fleetText(fleet: Ordering['fleet']): string {
  return fleet.map(({ type, nodes }) => `${nodes} ${type.name}`).join(' + ');
}

/** Whether a machine is of an environment of that name, whoever's it is, and lives. */
export function isNamed(environment: string) {
  return (each: Instance): boolean => isOurs(each) && !isEnding(each) && each.tags[tags.stack] === environment;
}

/** Whether a machine is of this environment of this workspace, and lives. */
export function isOf(environment: string, home: string) {
  return (each: Instance): boolean => isNamed(environment)(each) && each.tags[tags.home] === home;
}

/**
 * The nodes of a plan, named and with every price pinned. What is recorded stays where it is, at the price that it has: what
 * it would cost today does not matter to it. UserError `insufficient` where capacity is shown nowhere.
 */
export function orderOf(ordering: Ordering): Order {
  const { environment, home, sshKey, fleet } = ordering;
  const machines = fleet
    .flatMap(({ type, nodes }) => Array.from({ length: nodes }, () => type))
    .map((type, at): OrderedMachine => {
      const name = `node-${at}`;
      const candidates = offersFor(ordering, name, type);
      const generation = generationFor(ordering, name);
      if (candidates.length > 0) return { name, candidates, ...(generation > 0 && { generation }) };
      throw new UserError(
        'insufficient',
        `the vendor shows no capacity for ${type.name} anywhere; nothing was started`,
        [`--candidates ${type.name}:us-east-1   asks there all the same`, '--wait-capacity 2h   waits for it'],
      );
    });
  return { environment, home, sshKey, machines };
}

/**
 * When each machine is to be ended, fixed when they are launched and not when it was agreed to. What is written on one at birth
 * stays, also on one of an earlier try that is to be taken up: another moment would mean another machine. One whose time is up
 * is taken up by nobody. `expiresS`: seconds that new ones may live, 0: until somebody ends them; `now`: seconds since 1970.
 */
export function withMoments(
  order: Order,
  recorded: Recorded,
  alive: readonly Instance[],
  { expiresS, now }: { readonly expiresS: number; readonly now: number },
): Order {
  const momentFor = (machine: OrderedMachine): number | null => {
    const { name, candidates, generation = 0 } = machine;
    const mine = recorded.machines.find(
      (each) =>
        each.name === name && each.generation === generation && candidates.some(({ type }) => type === each.type),
    );
    if (mine && alive.some(({ id }) => id === mine.id)) return mine.expiresAt;
    const isStray = ({ id }: Instance) => !recorded.machines.some((each) => each.id === id);
    // One of that name that is of another kind is not taken up: what it was told is not told to the next.
    const stray = alive.find((each) => isStray(each) && isTakenUp(order.environment, machine, each));
    const written = stray ? momentOf(stray) : null;
    if (stray && (written === null || written > now)) return written;
    return expiresS > 0 ? now + expiresS : null;
  };
  const machines = order.machines.map((machine) => {
    const expiresAt = machine.expiresAt ?? momentFor(machine);
    return expiresAt === null ? machine : { ...machine, expiresAt };
  });
  return { ...order, machines };
}

function momentOf({ tags: written }: Instance): number | null {
  const text = written[tags.expiresAt] ?? '';
  return /^\d{9,11}$/.test(text) ? Number(text) : null;
}

function offersFor(ordering: Ordering, name: string, type: NonNullable<Plan['fleet']>[number]['type']): Offer[] {
  const { recorded, alive, candidates, sold, isPatient, regions, replaced } = ordering;
  // What comes in the place of another is launched where there is capacity, at the price of today.
  const isNew = replaced.includes(name);
  const mine = isNew ? undefined : recorded.machines.find((each) => each.name === name && each.type === type.name);
  const own = mine ? [{ type: mine.type, region: mine.region, centsPerHour: mine.centsPerHour }] : [];
  const { regions: open = [] } = type;
  // Who waits asks everywhere, again and again.
  const places = open.length === 0 && isPatient ? regions : open;
  const shown = places.map((region) => ({ type: type.name, region, centsPerHour: type.centsPerHour }));
  // For another node of the fleet it may do, and not for this one.
  const asked = candidates.flatMap((each) => {
    const found = sold.find(({ name }) => name === each.type);
    if (!found || found.centsPerHour <= 0 || !isInPlaceOf(type, found)) return [];
    return [{ type: each.type, region: each.region, centsPerHour: found.centsPerHour }];
  });
  // Where capacity is gone a machine of an earlier try may stand, which is to be taken up.
  const there = alive
    .filter((each) => each.type.name === type.name)
    .map((each) => ({
      ...{ type: type.name, region: each.region },
      // What one bills of which no price is told is what is listed for it.
      centsPerHour: Math.max(each.type.centsPerHour, type.centsPerHour),
    }));
  const all = [...own, ...asked, ...shown, ...there];
  return all.filter((each, at) => all.findIndex((one) => one.type === each.type && one.region === each.region) === at);
}

/** What would come of an order, told before anything is started. */
export interface Foreseen {
  readonly launched: readonly OrderedMachine[];
  readonly kept: Recorded['machines'];
  /** Recorded, and not wanted any more or to be replaced. */
  readonly ended: Recorded['machines'];
  /** Alive, and not recorded: of a try that was killed. Taken up where it fits, and ended where not. */
  readonly strays: readonly Instance[];
  /** While it changes: what is to be ended still bills when what comes in its place does. */
  readonly peakCents: number;
}

/** Whether a machine of an earlier try is such as one that is ordered: it is then taken up as that. */
function isTakenUp(environment: string, { name, candidates }: OrderedMachine, stray: Instance): boolean {
  const isOffered = candidates.some(({ type, region }) => type === stray.type.name && region === stray.region);
  return isOffered && stray.name === `${environment}-${name}`;
}

export function foreseen({ environment, machines }: Order, recorded: Recorded, alive: readonly Instance[]): Foreseen {
  const isKept = (each: Recorded['machines'][number]) =>
    alive.some(({ id }) => id === each.id) && machines.some((machine) => isOrdered(machine, each));
  const kept = recorded.machines.filter(isKept);
  const ended = recorded.machines.filter((each) => !isKept(each) && alive.some(({ id }) => id === each.id));
  const strays = alive.filter(({ id }) => !recorded.machines.some((each) => each.id === id));
  const launched = machines.filter(({ name }) => !kept.some((each) => each.name === name));
  const peakCents =
    [...kept, ...ended].reduce((sum, { centsPerHour }) => sum + centsPerHour, 0) +
    launched.reduce((sum, machine) => sum + dearest(machine), 0) +
    strays
      .filter((stray) => !launched.some((machine) => isTakenUp(environment, machine, stray)))
      .reduce((sum, { type }) => sum + type.centsPerHour, 0);
  return { launched, kept, ended, strays, peakCents };
}

/** Whether all that is recorded is there, by the vendor's word. */
export function isAllAlive({ machines }: Recorded, alive: readonly Instance[]): boolean {
  return machines.every(({ id }) => alive.some((each) => each.id === id));
}

/** ExternalError where a machine that was ordered is recorded nowhere, or does not live: nobody is told that all is well. */
export function mustLive({ environment, machines }: Order, recorded: Recorded, alive: readonly Instance[]): void {
  const missing = machines.filter(
    ({ name }) => !recorded.machines.some((each) => each.name === name && alive.some(({ id }) => id === each.id)),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  throw new ExternalError(
    'failed',
    `${environment} is not as it was ordered: ${names} cannot be found alive`,
    true,
    undefined,
    ['deploy again: what is missing is made'],
  );
}
