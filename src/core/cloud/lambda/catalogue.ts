import type { IsoDay } from '../../domain/index.ts';

/** One kind of machine that is sold, and what an hour of it costs. */
export interface InstanceType {
  readonly name: string;
  /** Model of its GPUs, such as `H100`; null where it has none. */
  readonly gpu: string | null;
  readonly gpus: number;
  readonly vcpus: number;
  readonly memoryGib: number;
  /** Of the whole machine, without tax. */
  readonly centsPerHour: number;
  /** Where the vendor shows capacity just now; absent where nobody asked. Shown is not promised. */
  readonly regions?: readonly string[];
}

/** What is sold, and when that was read. */
export interface Catalogue {
  readonly types: readonly InstanceType[];
  readonly readOn: IsoDay;
  /** Null: asked of the vendor just now. */
  readonly recordedFrom: string | null;
}
