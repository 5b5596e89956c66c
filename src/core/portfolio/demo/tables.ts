import { addDays, type IsoDay } from '../../domain/index.ts';
import type { SimCall, Stay } from './stay.ts';

/** One stay and whose it is. */
export interface Resident {
  /** Names the rows of this stay. */
  readonly key: string;
  /** The customer's id of the person: that of an earlier stay for whoever moved within the portfolio. */
  tenant: string;
  readonly name: string;
  readonly property: string;
  /** Name of the property. */
  readonly house: string;
  readonly unit: string;
  readonly stay: Stay;
  readonly greeting: string;
}

export const keyOf = {
  lease: ({ key }: Pick<Resident, 'key'>, at: number) => `${key}-l${at + 1}`,
  line: ({ key }: Pick<Resident, 'key'>, at: number) => `${key}-x${at + 1}`,
  ticket: ({ key }: Pick<Resident, 'key'>, at: number) => `${key}-k${at + 1}`,
  call: ({ key }: Pick<Resident, 'key'>, at: number) => `${key}-v${at + 1}`,
};

/** The rows of every file. History before `first` was never exported; `endDay` is today. */
export class Tables {
  readonly #first: IsoDay;
  readonly #endDay: IsoDay;
  readonly #dates: boolean;
  readonly #rows: Record<string, string[]> = {};
  readonly #dated: Record<string, { readonly on: IsoDay; readonly row: string }[]> = {};
  readonly #silent = new Set<string>();

  /** `dates`: whether tickets have a column `known_on`. */
  constructor({ first, endDay, dates }: { readonly first: IsoDay; readonly endDay: IsoDay; readonly dates: boolean }) {
    this.#first = first;
    this.#endDay = endDay;
    this.#dates = dates;
  }

  /** `key` is the customer's id. Without calls as a source none of them is exported. */
  property(key: string, name: string, hasCalls: boolean): void {
    this.#add('properties.csv', [key, name]);
    for (const source of ['ledger', 'tickets']) this.#add('sources.csv', [key, source, this.#first, '']);
    if (hasCalls) this.#add('sources.csv', [key, 'calls', this.#first, '']);
    else this.#silent.add(key);
  }

  unit(property: string, unit: string): void {
    this.#add('units.csv', [property, unit]);
  }

  hasCalls(property: string): boolean {
    return !this.#silent.has(property);
  }

  resident(resident: Resident): void {
    const { key, tenant, name, property, unit, stay } = resident;
    if (tenant === key) this.#add('tenants.csv', [tenant, name]);
    stay.leases.forEach(({ signedOn, from, to, rent, movedOutOn }, at) => {
      if (signedOn > this.#endDay) return;
      const out = movedOutOn ? [addDays(movedOutOn, -30), movedOutOn] : ['', ''];
      const term = [signedOn, from, to, money(rent), ...out];
      this.#on('leases.csv', signedOn, [keyOf.lease(resident, at), tenant, property, unit, ...term]);
    });
    stay.offers.forEach(({ on, rent }, at) => {
      if (this.#shown(on)) this.#on('offers.csv', on, [`${key}-o${at + 1}`, tenant, on, money(rent)]);
    });
    this.#ledger(resident);
    stay.tickets.forEach(({ openedOn, closedOn, reopened, category, knownOn }, at) => {
      if (!this.#shown(openedOn)) return;
      const known = this.#dates ? [knownOn ?? ''] : [];
      const end = closedOn <= this.#endDay ? [closedOn, `${reopened}`] : ['', '0'];
      this.#on('tickets.csv', openedOn, [keyOf.ticket(resident, at), tenant, openedOn, ...end, category, ...known]);
    });
    for (const { id, call } of this.exported(resident)) {
      const { on, turns, told, withoutConsent } = call;
      const row = {
        call_id: id,
        tenant_id: tenant,
        started_at: `${on}T18:00:00Z`,
        ...(!withoutConsent && { consent: true }),
        turns: told ? turns : [{ by: 'agent', text: resident.greeting }, ...turns],
      };
      this.#push('calls.jsonl', on, JSON.stringify(row));
    }
  }

  /** The calls of a resident that stand in the file, with their ids in it. */
  exported(resident: Resident): { readonly id: string; readonly call: SimCall }[] {
    if (!this.hasCalls(resident.property)) return [];
    const all = resident.stay.calls.map((call, at) => ({ id: keyOf.call(resident, at), call }));
    return all.filter(({ call }) => this.#shown(call.on));
  }

  #ledger(resident: Resident): void {
    const { key, tenant, stay } = resident;
    let line = 0;
    for (const { on, amount, payments } of stay.dues) {
      if (!this.#shown(on)) continue;
      line += 1;
      this.#on('ledger.csv', on, [`${key}-c${line}`, tenant, on, 'charge', money(amount)]);
      payments.forEach((paid, at) => {
        const row = [`${key}-p${line}.${at + 1}`, tenant, paid.on, 'payment', money(paid.amount)];
        if (this.#shown(paid.on)) this.#on('ledger.csv', paid.on, row);
      });
    }
    stay.lines.forEach(({ on, type, amount }, at) => {
      this.#on('ledger.csv', on, [keyOf.line(resident, at), tenant, on, type, money(amount)]);
    });
  }

  files(): Record<string, string> {
    const files: Record<string, string> = {};
    for (const [name, plain] of Object.entries(headers)) {
      const header = name === 'tickets.csv' && this.#dates ? `${plain},known_on` : plain;
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
    const rows = this.#rows[file] ?? [];
    rows.push(cells.join(','));
    this.#rows[file] = rows;
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
