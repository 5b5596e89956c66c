import type { z as zod } from 'zod';
import type { Looking } from '../core/cloud/index.ts';

/** Plain values, as the engine keeps them. */
export type Properties = Readonly<Record<string, unknown>>;

export interface Doing extends Looking {
  /** The name of the resource in the stack, and in the world. */
  readonly urn: string;
  /** Says how it stands to whoever watches: the engine says nothing between the beginning and the end. */
  tell(message: string): void;
  /** Ids of what was there already and was taken up by this process, which lives as long as one run of the engine. */
  readonly takenUp: Set<string>;
}

export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

/** It is there, and has an id, but is not as it should be. Whatever happens, the engine must write that id down. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
  readonly made: Made;

  constructor(made: Made, cause: Error) {
    super(cause.message, { cause });
    this.made = made;
  }
}

export interface Change {
  /** Inputs for which another must be made in its place. */
  readonly replaces: readonly string[];
  /** Whether it can be changed as it is. */
  readonly isChanged: boolean;
}

/** One kind of thing that an environment is made of. */
export interface Resource<Inputs> {
  /** What it is given; what is not said has its default. */
  schema(z: typeof zod): zod.ZodType<Inputs>;
  /** What the engine shows before there is one: outputs that nobody knows yet. */
  readonly unknown: readonly string[];
  /** Inputs that hold secrets: they are never among the outputs. */
  readonly hidden: readonly string[];
  differs(news: Inputs, olds: Inputs, outputs: Properties): Change;
  /** Throws NotReady from the moment on at which there is an id; anything else says that there is nothing. */
  create(doing: Doing, inputs: Inputs): Promise<Made>;
  /** Undefined: it is gone. */
  read(doing: Doing, made: Made): Promise<Made | undefined>;
  update(doing: Doing, made: Made, inputs: Inputs): Promise<Made>;
  /** Resolves when it is gone for certain. */
  remove(doing: Doing, made: Made): Promise<void>;
}
