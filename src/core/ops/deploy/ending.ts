import { endInstances, insist, type Launching } from '../../cloud/index.ts';
import { id, plural } from '../../domain/index.ts';
import { ExternalError } from '../../errors/index.ts';
import { isTouched, recordedOf, settleLocks, touch, untouch } from '../../stack/index.ts';
import { lambdaOf } from './account.ts';
import { billOf } from './bill.ts';
import { homeOf, sshKeyNameOf } from './home.ts';
import { AGAIN, type Inside, type Meant } from './inside.ts';
import { withoutMishap } from './reach.ts';

export interface Ended {
  readonly ended: readonly string[];
  /** What should have ended and may bill on. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
  /** What those that ended had come to. */
  readonly soFarCents: number;
}

/** So long may a machine that was launched be missing from the list. Not told by the vendor: assumed. */
export const LAG_MS = 30_000;
const LOOK_EVERY_MS = 10_000;

/**
 * Ends all of an environment. The engine ends what it has recorded; by itself it would call it a success where an engine was
 * killed and what it launched is recorded nowhere. That is looked for by its tags, and only then struck out as not there.
 */
export async function endAll(inside: Inside, meant: Meant, signal: AbortSignal): Promise<Ended> {
  const { deps, placeOf, reaching, seenOf, stackOf, alone } = inside;
  const vendor = await reaching(withoutMishap(meant.practice), signal);
  return alone(meant, async () => {
    const place = placeOf(meant);
    await settleLocks({ ...deps, signal }, place);
    const wasTouched = await isTouched(deps, place);
    const home = await homeOf(deps, place.folder, false);
    const { alive: before } = await seenOf(vendor, meant, home);
    const { soFarCents } = billOf(before, vendor.clock.now());
    const { resources, pending } = await recordedOf(deps, place);
    const stack = resources + pending > 0 ? await stackOf(meant, vendor) : undefined;
    if (stack) await touch(deps, place);
    if (stack && resources > 0) await stack.end(signal);
    mustGoOn(meant, signal);
    // A launch that nobody heard the answer of may be missing from the list for a while.
    const isPending = (await recordedOf(deps, place)).pending > 0;
    const isInDoubt = isPending || wasTouched;
    const deeds = { lambda: await lambdaOf(vendor, { again: AGAIN }), clock: vendor.clock, signal };
    const [ended, left]: [string[], { id: string; why: string }[]] = [[], []];
    for (let waited = 0; waited <= (isInDoubt ? LAG_MS : 0) && !signal.aborted; waited += LOOK_EVERY_MS) {
      if (waited > 0) await vendor.clock.sleep(LOOK_EVERY_MS, signal);
      const { alive } = await seenOf(vendor, meant, home);
      const ids = alive.map((each) => each.id).filter((each) => !left.some(({ id }) => id === each));
      const came = await endInstances(deeds, ids);
      ended.push(...came.ended);
      left.push(...came.left);
    }
    mustGoOn(meant, signal);
    // What was there before is told to have ended by the vendor's word alone.
    const { alive: after, unread } = await seenOf(vendor, meant, home);
    // What cannot be read may be of it.
    if (unread > 0) left.push({ id: 'unknown', why: `${plural(unread, 'machine')} of the account cannot be read` });
    for (const { id } of after) if (!left.some((each) => each.id === id)) left.push({ id, why: 'is listed still' });
    if (isPending && left.length === 0) await stack?.clear(signal);
    if (left.length === 0) await untouch(deps, place);
    const gone = before.map((each) => each.id).filter((each) => !left.some(({ id }) => id === each));
    const all = [...new Set([...gone, ...ended.filter((each) => !left.some(({ id }) => id === each))])];
    const environment = id('environment', meant.environment);
    const body = { environment, ended: all.length, left: left.length, rehearsed: meant.practice ? 1 : 0 };
    await deps.store.write((tx) => deps.journal.appendIn(tx, { kind: 'deploy.ended', body }));
    if (left.length === 0 && home !== undefined) await removeKey(deps, deeds, sshKeyNameOf(meant, home));
    return { ended: all, left, soFarCents };
  });
}

/** Stopped it has ended nothing for certain, whatever the engine says: nobody is told what was not looked at. */
function mustGoOn({ environment }: Meant, { aborted }: AbortSignal): void {
  if (aborted) throw new ExternalError('failed', `ending ${environment} was stopped`, true);
}

/** Whoever was killed while the key was added has it recorded nowhere, or as somebody else's. By now all has ended. */
async function removeKey({ logger }: Pick<Inside['deps'], 'logger'>, deeds: Launching, name: string): Promise<void> {
  const { lambda, signal } = deeds;
  const remove = async () => {
    for (const key of await lambda.sshKeys(signal)) if (key.name === name) await lambda.removeSshKey(key.id);
  };
  try {
    await insist(deeds, remove);
  } catch (thrown) {
    if (!signal.aborted && !(thrown instanceof ExternalError)) throw thrown;
    logger.warn(
      `whether the SSH key ${name} is left in the account is not known: it costs nothing, and cloud.lambda.ai removes it`,
    );
  }
}
