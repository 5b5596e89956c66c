import type { LaunchBody } from './contract.ts';
import { refusals } from './refusal.ts';
import type { Time } from './time.ts';

export interface Sold {
  readonly name: string;
  readonly gpu: string | null;
  readonly gpus: number;
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly centsPerHour: number;
}

/** How the vendor behaves. What nobody knows of the true one stands here to be turned. */
export interface Settings {
  readonly types: readonly Sold[];
  /** By type and region: how many there truly are. What is shown is another matter. */
  readonly capacity: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Types whose capacity is not shown, or is shown though there is none, by region. */
  readonly shown: Readonly<Record<string, readonly string[]>>;
  readonly quotaGpus: number;
  /** Seconds from launch to `active`, by GPUs of the machine: of the first row that is large enough. */
  readonly bootS: readonly { readonly upTo: number; readonly seconds: number }[];
  /** So long is an active machine without an address. */
  readonly addressS: number;
  readonly terminateS: number;
  /** So long is a machine missing from the list after its launch, and so is a filesystem or a ruleset after it was made. */
  readonly listLagS: number;
  /** So long is it unknown to whoever asks for it by its id. */
  readonly lookLagS: number;
  /** What is asked for by its id when it has ended: is it unknown, or `terminated`? */
  readonly endedIs: 'unknown' | 'terminated';
  /** The next so many machines become `unhealthy` instead of `active`. */
  readonly unhealthyNext: number;
  /** The next so many machines boot for over an hour. */
  readonly slowNext: number;
  /** Until then, in milliseconds since 1970, there is no capacity at all, whatever is shown. */
  readonly noneUntil: number;
  /** The next so many machines are `active`, and no program on them finds a GPU. */
  readonly badGpuNext: number;
  /** So long after it has become active has a machine not written its report yet. */
  readonly reportS: number;
  /** So long after that does one with bad GPUs go on trying them. */
  readonly tryS: number;
  readonly inactive: boolean;
}

export interface Machine {
  readonly id: string;
  name: string | undefined;
  readonly body: LaunchBody;
  readonly type: Sold;
  readonly number: number;
  readonly launchedAt: number;
  readonly activeAt: number;
  readonly becomes: 'active' | 'unhealthy';
  readonly isGpuBad: boolean;
  /** The public half of the only key that it lets in. */
  readonly loginKey: string;
  /** Where something has befallen it. */
  fate: 'unhealthy' | 'preempted' | undefined;
  terminatedAt: number | undefined;
  goneAt: number | undefined;
}

export type Status = 'booting' | 'active' | 'unhealthy' | 'preempted' | 'terminating' | 'terminated';

export interface Kept {
  readonly settings: Settings;
  readonly machines: readonly Machine[];
  readonly launched: number;
}

/** Longer than anybody waits. */
const SLOW_S = 4000;

/** What an account has in machines, and what each of them has cost. */
export function openAccount(time: Time, kept: Kept, newId: () => string) {
  let { settings, launched } = kept;
  const machines = new Map(kept.machines.map((machine) => [machine.id, { ...machine }]));

  const statusOf = ({ activeAt, becomes, fate, terminatedAt, goneAt }: Machine): Status => {
    const now = time.now();
    if (terminatedAt !== undefined) return now >= (goneAt ?? 0) ? 'terminated' : 'terminating';
    return fate ?? (now < activeAt ? 'booting' : becomes);
  };
  const isAlive = (machine: Machine) => machine.terminatedAt === undefined;
  const alive = () => [...machines.values()].filter(isAlive);
  /** Billed by the minute that has begun, from launch until somebody ends it. */
  const centsOf = ({ launchedAt, terminatedAt, type }: Machine) => {
    const minutes = Math.ceil(((terminatedAt ?? time.now()) - launchedAt) / 60_000);
    return (minutes * type.centsPerHour) / 60;
  };
  const find = (id: string): Machine => {
    const found = machines.get(id);
    if (!found) throw refusals.absent('instance');
    return found;
  };
  const takeNext = (of: 'unhealthyNext' | 'slowNext' | 'badGpuNext'): boolean => {
    if (settings[of] <= 0) return false;
    settings = { ...settings, [of]: settings[of] - 1 };
    return true;
  };

  return {
    statusOf,
    hasAddress: ({ activeAt }: Machine) => time.now() - activeAt >= settings.addressS * 1000,
    alive,
    types: () => settings.types,
    settings: () => settings,
    change(changed: Partial<Settings>) {
      settings = { ...settings, ...changed };
    },
    regionsShown: ({ name }: Sold) =>
      settings.shown[name] ??
      Object.entries(settings.capacity[name] ?? {}).flatMap(([region, n]) => (n > 0 ? region : [])),
    knowsRegion: (region: string) => Object.values(settings.capacity).some((regions) => region in regions),
    listed: () =>
      [...machines.values()].filter(
        (machine) => statusOf(machine) !== 'terminated' && time.now() - machine.launchedAt >= settings.listLagS * 1000,
      ),
    /** By id; what has ended is unknown or not, as the settings have it. */
    machine(id: string): Machine {
      const found = find(id);
      const isYoung = time.now() - found.launchedAt < settings.lookLagS * 1000;
      const isOver = statusOf(found) === 'terminated' && settings.endedIs === 'unknown';
      if (isYoung || isOver) throw refusals.absent('instance');
      return found;
    },
    launch(body: LaunchBody, loginKey: string): Machine {
      const type = settings.types.find(({ name }) => name === body.instance_type_name);
      if (!type) throw refusals.absent('instance type');
      const held = alive().reduce((sum, machine) => sum + machine.type.gpus, 0);
      if (held + type.gpus > settings.quotaGpus) throw refusals.quota();
      const regions = settings.capacity[type.name] ?? {};
      const left = regions[body.region_name] ?? 0;
      if (left <= 0 || time.now() < settings.noneUntil) throw refusals.capacity();
      settings = {
        ...settings,
        capacity: { ...settings.capacity, [type.name]: { ...regions, [body.region_name]: left - 1 } },
      };
      const usual = settings.bootS.find(({ upTo }) => type.gpus <= upTo)?.seconds ?? 0;
      const seconds = takeNext('slowNext') ? SLOW_S : usual;
      const now = time.now();
      launched += 1;
      const machine: Machine = {
        ...{ id: newId(), name: body.name, body, type, number: launched, launchedAt: now },
        ...{ activeAt: now + seconds * 1000, becomes: takeNext('unhealthyNext') ? 'unhealthy' : 'active' },
        ...{ isGpuBad: takeNext('badGpuNext'), loginKey, fate: undefined, terminatedAt: undefined, goneAt: undefined },
      };
      machines.set(machine.id, machine);
      return machine;
    },
    /** All of them, or, where one is not there, none. */
    terminate(ids: readonly string[]): Machine[] {
      const asked = ids.map(find);
      if (asked.some((machine) => statusOf(machine) === 'terminated')) throw refusals.absent('instance');
      for (const machine of asked.filter(isAlive)) {
        machine.terminatedAt = time.now();
        machine.goneAt = time.now() + settings.terminateS * 1000;
      }
      return asked;
    },
    /** Something befalls a machine behind the back of whoever started it. */
    befall(id: string, fate: 'unhealthy' | 'preempted' | 'terminated') {
      const machine = find(id);
      if (fate === 'terminated') Object.assign(machine, { terminatedAt: time.now(), goneAt: time.now() });
      else machine.fate = fate;
    },
    bill() {
      const all = [...machines.values()];
      const each = all.map((machine) => {
        return { id: machine.id, type: machine.type.name, status: statusOf(machine), cents: centsOf(machine) };
      });
      const centsPerHour = alive().reduce((sum, { type }) => sum + type.centsPerHour, 0);
      return { now: time.now(), machines: each, cents: each.reduce((sum, { cents }) => sum + cents, 0), centsPerHour };
    },
    kept: (): Kept => ({ settings, machines: [...machines.values()], launched }),
  };
}

export type Account = ReturnType<typeof openAccount>;
