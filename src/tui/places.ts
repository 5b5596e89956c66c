import type { App } from '../core/app.ts';
import { wordOf } from '../core/runs/index.ts';
import type { Facts } from './facts.ts';

/** Somewhere to go that is about one thing. */
export interface Found {
  readonly screen: 'run' | 'property';
  readonly subject: { readonly id: string; readonly title: string; readonly focus?: string };
  readonly title: string;
}

/** Finds runs, properties and tenants by a part of what they are called. */
export interface Places {
  search(text: string): Promise<readonly Found[]>;
}

/** Of each kind: who types goes on typing. */
const MOST = 5;
/** One letter fits most of them. */
const SHORTEST = 2;

export function openPlaces(app: App, facts: Facts): Places {
  return {
    async search(typed) {
      const text = typed.trim().toLowerCase();
      if (text.length < SHORTEST) return [];
      const houses: Found[] = [];
      const tenants: Found[] = [];
      for (const rooms of app.owned) {
        const portfolio = await rooms.portfolio();
        const properties = await portfolio.properties();
        for (const { id, key, name } of properties)
          if (`${key} ${name}`.toLowerCase().includes(text))
            houses.push({ screen: 'property', subject: { id, title: name }, title: `property ${name} (${key})` });
        for (const { id, key, name } of (await portfolio.tenantsLike(text)).slice(0, MOST)) {
          const lives = await portfolio.homeOf(id, rooms.today);
          const home = properties.find((each) => each.id === lives);
          if (home)
            tenants.push({
              ...{ screen: 'property', title: `tenant ${name} (${key}), ${home.name}` },
              subject: { id: home.id, title: home.name, focus: key },
            });
        }
      }
      const { runs } = await facts.runs({ from: 0, count: MOST, order: 'urgent', text });
      return [
        ...houses.slice(0, MOST),
        ...tenants.slice(0, MOST),
        ...runs.map(
          ({ id, workflow, about, status, decision }): Found => ({
            ...{
              screen: 'run',
              subject: { id, title: id },
              title: `run ${id} ${workflow} ${about}, ${wordOf(status, decision)}`,
            },
          }),
        ),
      ];
    },
  };
}
