/** How replicas share one GPU. None of them but MIG keeps neighbours apart. */
export const sharings = ['kai', 'mig', 'time-slicing'] as const;
export type Sharing = (typeof sharings)[number];

/** What a share takes of a GPU: of its memory, and of its processors, in units of the mechanism. */
export interface Slice {
  readonly memory: number;
  readonly compute: number;
}

export interface Mechanism {
  /** What one GPU has. */
  readonly whole: Slice;
  /** What a share of so many hundredths takes; undefined where the mechanism offers none like it. */
  sliceOf(hundredths: number): Slice | undefined;
  /** Shares that it does offer, in hundredths, for who asked for another. */
  readonly offered: readonly number[];
}

/**
 * Profiles of an H100 with 80 GB, by the least share of its memory that each has: eighths of memory, sevenths of
 * processors. A half is 3 of 7: not quite one. Source: NVIDIA Multi-Instance GPU User Guide, H100 profiles.
 */
const profiles: readonly { readonly hundredths: number; readonly slice: Slice }[] = [
  { hundredths: 12, slice: { memory: 1, compute: 1 } },
  { hundredths: 25, slice: { memory: 2, compute: 1 } },
  { hundredths: 50, slice: { memory: 4, compute: 3 } },
];

/** Slots into which one GPU is cut for taking turns: more than these nobody would wait for. */
const MOST_SLOTS = 20;

/** The mechanism, as it must be set up for these shares (hundredths, each below 100). */
export function mechanismFor(sharing: Sharing, shares: readonly number[]): Mechanism {
  if (sharing === 'mig')
    return {
      whole: { memory: 8, compute: 7 },
      sliceOf: (hundredths) => profiles.find((profile) => profile.hundredths === hundredths)?.slice,
      offered: profiles.map(({ hundredths }) => hundredths),
    };
  // KAI counts fractions, and any is as good as another.
  if (sharing === 'kai') return slotted(100);
  const slots = Array.from({ length: MOST_SLOTS }, (_, at) => at + 1).find((count) =>
    shares.every((share) => (share * count) % 100 === 0),
  );
  return slotted(slots ?? MOST_SLOTS);
}

/** A GPU of so many equal slots, of memory and processors alike. */
function slotted(slots: number): Mechanism {
  return {
    whole: { memory: slots, compute: slots },
    sliceOf(hundredths) {
      const taken = (hundredths * slots) / 100;
      return Number.isInteger(taken) ? { memory: taken, compute: taken } : undefined;
    },
    offered: Array.from({ length: slots - 1 }, (_, at) => ((at + 1) * 100) / slots).filter(Number.isInteger),
  };
}
