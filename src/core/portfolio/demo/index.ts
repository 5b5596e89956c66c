import { addDays, type IsoDay } from '../../domain/index.ts';
import { openChance } from './chance.ts';
import { type Betas, betas, liveStay, type Stay, type TrueMonth } from './simulate.ts';
import { firstNames, greetings, houses, lastNames } from './words.ts';

export { type Betas, betas } from './simulate.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly properties: number;
  readonly units: number;
  /** Months of history that are shown, up to `endDay`, the last day of a month. */
  readonly months: number;
  readonly endDay: IsoDay;
  /** The product's own sentiment of a sentence. */
  scoreSentence(text: string): number;
  /** What moves tenants; all zero for a world in which nothing does. */
  readonly betas?: Betas;
}

export interface TrueTenant {
  readonly tenant: string;
  readonly property: string;
  readonly stay: Stay;
  readonly months: readonly TrueMonth[];
}

export interface Demo {
  /** Text of each file, as a customer would export it. */
  readonly files: Readonly<Record<string, string>>;
  /** How it truly was. For tests: nothing in the product may read it. */
  readonly truth: readonly TrueTenant[];
}

/** Months lived before the first one shown, so that it begins in the middle of things. */
const BURN_IN = 30;

/**
 * An invented portfolio with a known process behind it: the same seed gives the same bytes. Tenants leave by a logit
 * of the product's own features, so that what a model finds can be compared with what is there.
 */
export function generate(options: DemoOptions): Demo {
  const { seed, endDay, months: shown, scoreSentence } = options;
  const chance = openChance(seed);
  const months = calendar(endDay, shown + BURN_IN);
  const first = months[BURN_IN] as IsoDay;
  const world = { chance, months, scoreSentence, betas: options.betas ?? betas };
  const tables = new Tables(first, endDay);
  const truth: TrueTenant[] = [];

  for (let at = 0; at < options.properties; at++) {
    const property = houseName(at);
    const house = {
      rent: Math.round(1500 * Math.exp(0.18 * chance.normal())),
      effect: 0.35 * chance.normal(),
      slowness: Math.exp(0.35 * chance.normal()),
    };
    tables.property(property, at % 6 !== 5);
    let number = 0;
    for (let unit = 0; unit < options.units; unit++) {
      tables.unit(property, unitName(unit));
      let start = chance.whole(0, 11);
      while (start < months.length - 1) {
        const lived = liveStay(world, house, start);
        start = lived.next;
        const gone = lived.stay.leases.at(-1)?.movedOutOn;
        if (gone !== undefined && gone < first) continue;
        number += 1;
        const tenant = `${slug(property)}-t${String(number).padStart(3, '0')}`;
        const name = `${chance.pick(firstNames)} ${chance.pick(lastNames)}`;
        tables.tenant(tenant, name, slug(property), unitName(unit), lived.stay, chance.pick(greetings));
        truth.push({ tenant, property: slug(property), stay: lived.stay, months: lived.truth });
      }
    }
  }
  return { files: tables.files(), truth };
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

/** The rows of every file. History before `first` was never exported; `endDay` is today. */
class Tables {
  readonly #first: IsoDay;
  readonly #endDay: IsoDay;
  readonly #rows: Record<string, string[]> = {};
  readonly #dated: Record<string, { readonly on: IsoDay; readonly row: string }[]> = {};
  readonly #silent = new Set<string>();

  constructor(first: IsoDay, endDay: IsoDay) {
    this.#first = first;
    this.#endDay = endDay;
  }

  property(name: string, hasCalls: boolean): void {
    const key = slug(name);
    this.#add('properties.csv', [key, name]);
    for (const source of ['ledger', 'tickets']) this.#add('sources.csv', [key, source, this.#first, '']);
    if (hasCalls) this.#add('sources.csv', [key, 'calls', this.#first, '']);
    else this.#silent.add(key);
  }

  unit(property: string, unit: string): void {
    this.#add('units.csv', [slug(property), unit]);
  }

  tenant(tenant: string, name: string, property: string, unit: string, stay: Stay, greeting: string): void {
    this.#add('tenants.csv', [tenant, name]);
    stay.leases.forEach(({ signedOn, from, to, rent, movedOutOn }, at) => {
      if (signedOn > this.#endDay) return;
      const out = movedOutOn ? [addDays(movedOutOn, -30), movedOutOn] : ['', ''];
      this.#on('leases.csv', signedOn, [
        `${tenant}-l${at + 1}`,
        tenant,
        property,
        unit,
        signedOn,
        from,
        to,
        money(rent),
        ...out,
      ]);
    });
    stay.offers.forEach(({ on, rent }, at) => {
      if (this.#shown(on)) this.#on('offers.csv', on, [`${tenant}-o${at + 1}`, tenant, on, money(rent)]);
    });
    let line = 0;
    for (const { on, amount, payments } of stay.dues) {
      if (!this.#shown(on)) continue;
      line += 1;
      this.#on('ledger.csv', on, [`${tenant}-c${line}`, tenant, on, 'charge', money(amount)]);
      payments.forEach((paid, at) => {
        if (this.#shown(paid.on))
          this.#on('ledger.csv', paid.on, [
            `${tenant}-p${line}.${at + 1}`,
            tenant,
            paid.on,
            'payment',
            money(paid.amount),
          ]);
      });
    }
    stay.tickets.forEach(({ openedOn, closedOn, reopened, category }, at) => {
      if (!this.#shown(openedOn)) return;
      const closed = closedOn <= this.#endDay;
      const row = [
        `${tenant}-k${at + 1}`,
        tenant,
        openedOn,
        closed ? closedOn : '',
        closed ? `${reopened}` : '0',
        category,
      ];
      this.#on('tickets.csv', openedOn, row);
    });
    stay.calls.forEach(({ on, saying }, at) => {
      if (!this.#shown(on) || this.#silent.has(property)) return;
      const turns = [
        { by: 'agent', text: greeting },
        { by: 'resident', text: saying },
      ];
      const call = {
        call_id: `${tenant}-v${at + 1}`,
        tenant_id: tenant,
        started_at: `${on}T18:00:00Z`,
        consent: true,
        turns,
      };
      this.#push('calls.jsonl', on, JSON.stringify(call));
    });
  }

  files(): Record<string, string> {
    const files: Record<string, string> = {};
    for (const [name, header] of Object.entries(headers)) {
      const dated = (this.#dated[name] ?? []).toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
      const rows = [...(this.#rows[name] ?? []), ...dated.map(({ row }) => row)];
      files[name] = `${[...(header === '' ? [] : [header]), ...rows].join('\n')}\n`;
    }
    return files;
  }

  #shown(on: IsoDay): boolean {
    return on >= this.#first && on <= this.#endDay;
  }

  #add(file: string, cells: readonly string[]): void {
    this.#rows[file] = [...(this.#rows[file] ?? []), cells.join(',')];
  }

  #on(file: string, on: IsoDay, cells: readonly string[]): void {
    this.#push(file, on, cells.join(','));
  }

  #push(file: string, on: IsoDay, row: string): void {
    const rows = this.#dated[file] ?? [];
    rows.push({ on, row });
    this.#dated[file] = rows;
  }
}

const headers: Readonly<Record<string, string>> = {
  'properties.csv': 'property_id,name',
  'units.csv': 'property_id,unit_id',
  'tenants.csv': 'tenant_id,name',
  'leases.csv': 'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on',
  'offers.csv': 'offer_id,tenant_id,offered_on,rent',
  'sources.csv': 'property_id,source,connected_from,connected_to',
  'ledger.csv': 'line_id,tenant_id,date,type,amount',
  'tickets.csv': 'ticket_id,tenant_id,opened_on,closed_on,reopened,category',
  'calls.jsonl': '',
};

function money(dollars: number): string {
  return dollars.toFixed(2);
}
