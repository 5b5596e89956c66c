/** A kind of machine that would do, where, and what is agreed to for an hour of it. */
export interface Offer {
  readonly type: string;
  readonly region: string;
  readonly centsPerHour: number;
}

export interface OrderedMachine {
  /** Its name in the environment, such as `node-0`. */
  readonly name: string;
  /** The first that can be had is taken. */
  readonly candidates: readonly Offer[];
  /** Seconds since 1970; written on it at birth. */
  readonly expiresAt?: number;
  /** How many were made in its place, as somebody wanted another; absent: none. */
  readonly generation?: number;
}

/** What an environment is to consist of, with every price pinned. Plain data: a run keeps it. */
export interface Order {
  readonly environment: string;
  /** Whose environment it is: two workspaces of one account may each have a `production`. */
  readonly home: string;
  readonly sshKey: { readonly name: string; readonly publicKey: string };
  readonly machines: readonly OrderedMachine[];
  /** What was foreseen when it was ordered: how many machines end, and what an hour costs at most while it changes. */
  readonly change?: { readonly ends: number; readonly peakCents: number };
  /** The last line of the journal before it: what came of it stands behind that. */
  readonly after?: number;
}

/** What no order holds of a machine, as it is kept where others may read it: it is handed to the engine, which seals it. */
export interface Births {
  /** cloud-init */
  readonly userData: string;
  /** How it is known that the GPUs of a machine compute. */
  readonly gate: { readonly hostKey: string; readonly privateKey: string };
}

/** What the program of an environment is made from. */
export interface Ordered {
  readonly order: Order;
  /** Of each machine, by its name. */
  readonly births: Readonly<Record<string, Births>>;
}

export function dearest({ candidates }: Pick<OrderedMachine, 'candidates'>): number {
  return Math.max(0, ...candidates.map(({ centsPerHour }) => centsPerHour));
}

/** What an hour of it costs at most. */
export function centsOf({ machines }: Pick<Order, 'machines'>): number {
  return machines.reduce((sum, machine) => sum + dearest(machine), 0);
}
