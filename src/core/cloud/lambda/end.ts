import type { Launching } from './launch.ts';
import type { Instance } from './shapes.ts';
import { isEnding } from './tags.ts';
import { LambdaError } from './wire.ts';

const LOOK_EVERY_MS = 5000;
/** So long is waited for the next that ends, or begins to: how many there are makes nobody impatient. */
const PATIENCE_S = 600;
/** So long may a machine be unknown after its launch. Not told by the vendor: assumed. */
const LAG_S = 30;
/** So often is one request for all of them tried that nobody answers: one of them may be the reason. */
const MOST_UNANSWERED = 3;

/** What came of ending machines: which are confirmed to have ended, and which may bill on. */
export interface Ended {
  readonly ended: readonly string[];
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

/** What is known of a machine while it is ended. */
interface Known {
  isSeen: boolean;
  isEnding: boolean;
  unknownSince: number | undefined;
}

/**
 * Ends machines, and looks until the vendor says of each that it has ended or knows it no more: what was asked for is not
 * taken for done. One that cannot be ended holds up none of the others.
 */
export async function endInstances(deps: Launching, ids: readonly string[]): Promise<Ended> {
  const { clock, signal } = deps;
  const ended: string[] = [];
  const left = new Map<string, string>();
  const open = new Map(
    ids.map((id): [string, Known] => [id, { isSeen: false, isEnding: false, unknownSince: undefined }]),
  );
  const asking = { deps, open, unanswered: 0 };
  let [moved, stood] = [Date.parse(clock.now()), ''];
  while (open.size > 0) {
    const came = await stepOf(asking);
    for (const [id, state] of came) {
      if (state === 'ended') ended.push(id);
      else left.set(id, state.why);
      open.delete(id);
    }
    const stands = `${open.size} ${[...open.values()].filter((each) => each.isEnding).length}`;
    if (stands !== stood) [moved, stood] = [Date.parse(clock.now()), stands];
    if (open.size === 0) break;
    const isLate = Date.parse(clock.now()) - moved >= PATIENCE_S * 1000;
    if (!isLate) await clock.sleep(LOOK_EVERY_MS, signal);
    if (!isLate && !signal.aborted) continue;
    for (const id of open.keys()) left.set(id, 'is not confirmed to have ended');
    open.clear();
  }
  return { ended, left: [...left].map(([id, why]) => ({ id, why })) };
}

type Came = Map<string, 'ended' | { readonly why: string }>;

interface Asking {
  readonly deps: Launching;
  readonly open: ReadonlyMap<string, Known>;
  unanswered: number;
}

/** Looks at all of them, and asks for the end of those that are not ending yet. What is not told of goes on. */
async function stepOf(asking: Asking): Promise<Came> {
  const { deps, open } = asking;
  const came: Came = new Map();
  const [there, unseen]: [string[], string[]] = [[], []];
  const looked = await lookedAt(deps, [...open.keys()]);
  for (const [id, known] of open) {
    const found = looked.get(id);
    if (found instanceof Error) {
      if (!mayPass(found, deps)) came.set(id, { why: found.message });
    } else if (found) {
      Object.assign(known, { isSeen: true, isEnding: isEnding(found) });
      if (found.status === 'terminated') came.set(id, 'ended');
      else if (!known.isEnding) there.push(id);
    } else if (known.isSeen) came.set(id, 'ended');
    else {
      known.unknownSince ??= Date.parse(deps.clock.now());
      unseen.push(id);
    }
  }
  await askAll(asking, there, came);
  // One that was launched a moment ago may be unknown, and be there all the same: it is ended unseen, and looked for.
  for (const id of unseen) await askOne(asking, id, came);
  return came;
}

/** Each as it is found, undefined where it is not known, or why that cannot be told. Several are looked for in the list. */
async function lookedAt(
  { lambda, signal }: Launching,
  ids: readonly string[],
): Promise<Map<string, Instance | Error | undefined>> {
  const looked = new Map<string, Instance | Error | undefined>();
  if (ids.length > 1) {
    const listed = await lambda.listed(signal).catch(asError);
    // Who is silent is asked again the next time; who answers what nobody can read is asked for each of them.
    if (listed instanceof Error && (signal.aborted || isSilence(listed))) return new Map(ids.map((id) => [id, listed]));
    if (!(listed instanceof Error)) {
      for (const each of listed.instances) looked.set(each.id, each);
      // It may be the one that cannot be read: that it is not listed says nothing then.
      if (listed.unread === 0) return looked;
    }
  }
  for (const id of ids) if (!looked.has(id)) looked.set(id, await lambda.seen(id, signal).catch(asError));
  return looked;
}

/** In one request, which is granted for all or for none: where it is refused, in halves, down to the one that is the reason. */
async function askAll(asking: Asking, ids: readonly string[], came: Came): Promise<void> {
  const { lambda, signal } = asking.deps;
  if (signal.aborted || ids.length === 0) return;
  if (ids.length === 1) return askOne(asking, ids[0] ?? '', came);
  const granted = await lambda.terminate(ids).catch(asError);
  if (granted === true) return;
  if (granted instanceof LambdaError && granted.exit === 'auth') {
    for (const id of ids) came.set(id, { why: granted.message });
    return;
  }
  // Asked again in the next round; to end a machine twice does no harm.
  if (granted instanceof Error && isSilence(granted) && ++asking.unanswered <= MOST_UNANSWERED) return;
  const half = ids.length >> 1;
  await askAll(asking, ids.slice(0, half), came);
  await askAll(asking, ids.slice(half), came);
}

async function askOne({ deps, open }: Asking, id: string, came: Came): Promise<void> {
  if (deps.signal.aborted) return;
  const since = open.get(id)?.unknownSince;
  const isLongUnknown =
    !open.get(id)?.isSeen && since !== undefined && Date.parse(deps.clock.now()) - since >= LAG_S * 1000;
  const asked = await deps.lambda.terminate([id]).catch(asError);
  // Of one that is gone the vendor may say no more than that it does not know what to say.
  const isHeard = !(asked instanceof Error) || (asked instanceof LambdaError && asked.isInDoubt);
  if (isHeard && isLongUnknown && !deps.signal.aborted) came.set(id, 'ended');
  else if (asked instanceof Error && !mayPass(asked, deps)) came.set(id, { why: asked.message });
}

/** Whoever is silent, or in doubt, is asked again. Who was interrupted knows nothing. */
function mayPass(thrown: Error, { signal }: Launching): boolean {
  return signal.aborted || (thrown instanceof LambdaError && (thrown.retryable || thrown.isInDoubt));
}

function isSilence(thrown: Error): boolean {
  return thrown instanceof LambdaError && thrown.retryable;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
