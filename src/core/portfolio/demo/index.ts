import { addDays, type IsoDay } from '../../domain/index.ts';
import type { Phone } from './calls.ts';
import { openChance, streamOf } from './chance.ts';
import { liveStay, type TrueMonth, type Unseen, unseen } from './simulate.ts';
import { type Betas, betas, featuresOn, type Stay, type Told } from './stay.ts';
import { type Resident, Tables } from './tables.ts';
import { type NoiseRates, usualNoise } from './transcripts/index.ts';
import { plantTraps, type Trap } from './traps.ts';
import { firstNames, greetings, houses, lastNames } from './words.ts';

export { type Betas, betas } from './stay.ts';

/**
 * `exact`: the product sees all that moves tenants, so that a fit gives the coefficients back. `realistic`: it does not,
 * calls are conversations, and what they say is a noisy sign of how a tenant feels.
 */
export type Mode = 'exact' | 'realistic';

export interface DemoOptions {
  readonly seed: number;
  readonly properties: number;
  readonly units: number;
  /** Months of history that are shown, up to `endDay`, the last day of a month. */
  readonly months: number;
  readonly endDay: IsoDay;
  /** The product's own sentiment of a sentence. In realistic mode no file depends on it. */
  scoreSentence(text: string): number;
  /** Absent: exact. */
  readonly mode?: Mode;
  /** What moves tenants; all zero for a world in which nothing does. */
  readonly betas?: Betas;
  /** Realistic mode: what moves tenants beyond that. */
  readonly unseen?: Unseen;
  /** Faults of recorded conversations, each with a stream of its own. */
  readonly noise?: NoiseRates;
  /** Whether cases that mislead are planted; absent: in realistic mode. */
  readonly traps?: boolean;
}

/** A call that stands in the file, by its id there. */
export interface TrueCall extends Told {
  readonly call: string;
}

export interface TrueTenant {
  readonly tenant: string;
  readonly property: string;
  readonly stay: Stay;
  readonly months: readonly TrueMonth[];
  /** Conversations of the template grammar only. */
  readonly calls: readonly TrueCall[];
}

export interface Demo {
  /** Text of each file, as a customer would export it. */
  readonly files: Readonly<Record<string, string>>;
  /** How it truly was, a stay each. For tests: nothing in the product may read it. */
  readonly truth: readonly TrueTenant[];
  /** What was planted where: belongs to the truth, and is for tests as well. */
  readonly traps: readonly Trap[];
}

/** Months lived before the first one shown, so that it begins in the middle of things. */
const BURN_IN = 30;

/**
 * An invented portfolio with a known process behind it: the same seed gives the same bytes. Tenants leave by a logit
 * of the product's own features, so that what a model finds can be compared with what is there; in realistic mode
 * things that no file holds move them too.
 */
export function generate(options: DemoOptions): Demo {
  const steps = generating(options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same unit by unit, so that whoever waits can be told how far it is, from 0 to 1, and can stop it in between. */
export function* generating(options: DemoOptions): Generator<number, Demo> {
  const { seed, endDay, months: shown, scoreSentence, mode = 'exact' } = options;
  const { traps = mode === 'realistic' } = options;
  const chance = openChance(seed);
  const months = calendar(endDay, shown + BURN_IN);
  const first = months[BURN_IN] as IsoDay;
  const phone: Phone = { seed, noise: options.noise ?? usualNoise, scoreSentence };
  const real = mode === 'realistic' ? { phone, unseen: options.unseen ?? unseen } : undefined;
  const world = { chance, months, scoreSentence, betas: options.betas ?? betas, ...(real && { real }) };
  const tables = new Tables({ first, endDay, dates: traps });
  const lives: (Resident & { months: TrueMonth[] })[] = [];

  for (let at = 0; at < options.properties; at++) {
    const name = houseName(at);
    const property = slug(name);
    const house = {
      name,
      rent: Math.round(1500 * Math.exp(0.18 * chance.normal())),
      effect: 0.35 * chance.normal(),
      slowness: Math.exp(0.35 * chance.normal()),
    };
    // Every sixth has no calls; among fewer than six the last one has none, for a trap.
    const lastOfFew = traps && at > 0 && at === options.properties - 1 && at < 5;
    tables.property(property, name, at % 6 !== 5 && !lastOfFew);
    let number = 0;
    for (let place = 0; place < options.units; place++) {
      yield (at + place / options.units) / options.properties;
      const unit = unitName(place);
      tables.unit(property, unit);
      let start = chance.whole(0, 11);
      while (start < months.length - 1) {
        const lived = liveStay(world, house, unit, start);
        start = lived.next;
        const gone = lived.stay.leases.at(-1)?.movedOutOn;
        if (gone !== undefined && gone < first) continue;
        number += 1;
        const key = `${property}-t${String(number).padStart(3, '0')}`;
        const person = `${chance.pick(firstNames)} ${chance.pick(lastNames)}`;
        const greeting = chance.pick(greetings);
        const { stay, truth } = lived;
        lives.push({ key, tenant: key, name: person, property, house: name, unit, stay, greeting, months: truth });
      }
    }
  }

  const planted = traps
    ? plantTraps(lives, {
        chance: streamOf(seed, 'traps'),
        phone,
        first,
        endDay,
        hasCalls: (at) => tables.hasCalls(at),
      })
    : [];
  const touched = new Set(planted.map(({ tenant }) => tenant));
  for (const each of lives) {
    yield 1;
    tables.resident(each);
    // What was planted moved nobody, but the product sees it.
    if (!touched.has(each.tenant)) continue;
    each.months = each.months.map((month) => ({ ...month, features: featuresOn(each.stay, month.day) }));
  }
  const truth = lives.map((each): TrueTenant => {
    const { tenant, property, stay } = each;
    const calls = tables.exported(each).flatMap(({ id, call: { told } }) => (told ? [{ call: id, ...told }] : []));
    return { tenant, property, stay, months: each.months, calls };
  });
  return { files: tables.files(), truth, traps: planted };
}

/** First days of `count` months and of the one after `endDay`. */
function calendar(endDay: IsoDay, count: number): IsoDay[] {
  const after = new Date(`${addDays(endDay, 1)}T00:00:00Z`);
  return Array.from({ length: count + 1 }, (_, at) => {
    const month = Date.UTC(after.getUTCFullYear(), after.getUTCMonth() - count + at, 1);
    return new Date(month).toISOString().slice(0, 10) as IsoDay;
  });
}

function houseName(at: number): string {
  const round = Math.floor(at / houses.length);
  const name = houses[at % houses.length] ?? houses[0];
  return round === 0 ? name : `${name} ${round + 1}`;
}

function unitName(unit: number): string {
  return `${Math.floor(unit / 4) + 1}${'ABCD'[unit % 4]}`;
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
