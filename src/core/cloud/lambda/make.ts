import { ExternalError } from '../../errors/index.ts';
import { lookedFor } from './doubt.ts';
import type { Launching } from './launch.ts';
import { LambdaError } from './wire.ts';

/** A thing that carries no tag: whose it is, nothing but its name can say. */
export interface Named {
  readonly id: string;
  readonly name: string;
  readonly region: string;
}

/** What is wished for, how it is looked up and how it is made. */
export interface Wish<T extends Named> {
  /** What people call such a thing. */
  readonly what: string;
  /** The same each time that it is tried, and nobody else's. */
  readonly name: string;
  readonly region: string;
  list(signal?: AbortSignal): Promise<readonly T[]>;
  make(signal: AbortSignal): Promise<T>;
}

/** Why nothing was made. */
export class NotMade extends ExternalError {
  override readonly name = 'NotMade';
  readonly code: 'twins' | 'taken' | 'in-doubt';

  constructor(
    code: NotMade['code'],
    message: string,
    { retryable, next, cause }: Pick<NotMade, 'retryable' | 'next'> & { readonly cause?: unknown },
  ) {
    super('failed', message, retryable, cause, next);
    this.code = code;
  }
}

const DUPLICATE = 'global/duplicate';

/**
 * The thing of that name, which was made before, or else a new one. One that may have been made is not asked for again:
 * it is looked for as long as it may be missing from the list. NotMade, or LambdaError where the vendor refused; then
 * there is none that anybody knows of.
 */
export async function adoptOrMake<T extends Named>(
  { clock, signal }: Launching,
  wish: Wish<T>,
): Promise<{ readonly made: T; readonly isAdopted: boolean }> {
  const known = ownAmong(await wish.list(signal), wish);
  if (known) return { made: known, isAdopted: true };
  try {
    return { made: await wish.make(signal), isAdopted: false };
  } catch (thrown) {
    const isTaken = thrown instanceof LambdaError && thrown.code === DUPLICATE;
    if (!(thrown instanceof LambdaError) || !(isTaken || thrown.isInDoubt)) throw thrown;
    // A name that is taken, and by none that is listed, may be taken by ours: it was made a moment ago.
    const looked = await lookedFor(clock, thrown, async () => ownAmong(await wish.list(), wish));
    if ('found' in looked) return { made: looked.found, isAdopted: isTaken };
    if (isTaken) throw taken(wish, thrown);
    const next = ['try again: what has come meanwhile is found and taken'];
    throw new NotMade('in-doubt', `a ${wish.what} named ${wish.name} may have been made: ${looked.why}`, {
      ...{ retryable: true, next, cause: thrown },
    });
  }
}

function ownAmong<T extends Named>(all: readonly T[], wish: Wish<T>): T | undefined {
  const { what, name, region } = wish;
  const namesakes = all.filter((each) => each.name === name);
  if (namesakes.some((each) => each.region !== region)) throw taken(wish);
  if (namesakes.length <= 1) return namesakes[0];
  const ids = namesakes.map(({ id }) => id).join(', ');
  throw new NotMade('twins', `there are ${namesakes.length} of the ${what} ${name}: ${ids}; no other is made`, {
    ...{ retryable: false, next: ['remove all but one by hand: cloud.lambda.ai'] },
  });
}

function taken({ what, name }: Pick<Wish<Named>, 'what' | 'name'>, cause?: unknown): NotMade {
  const why = `the account has another ${what} named ${name}, which is left as it is`;
  return new NotMade('taken', why, { retryable: false, next: ['give ours another name'], cause });
}
