import { ExternalError } from '../../errors/index.ts';
import type { Launching } from './launch.ts';
import type { Instance } from './shapes.ts';
import { LambdaError } from './wire.ts';

type Boots = 'slow-boot' | 'unhealthy' | 'preempted' | 'ended' | 'cancelled' | 'unreadable';
/** Of one that is active: its GPUs cannot be used, it says nothing of them, or somebody else answers in its place. */
type Gated = 'bad-gpu' | 'gate-silent' | 'stranger';

/** Why a machine that was launched is no use yet. It lives, and bills, unless it is said to have ended. */
export class NotUsable extends ExternalError {
  override readonly name = 'NotUsable';
  readonly code: Boots | Gated;
  readonly id: string;
  /** As it was last seen; null where it never was. */
  readonly instance: Instance | null;

  constructor(
    code: NotUsable['code'],
    { id, instance }: Pick<NotUsable, 'id' | 'instance'>,
    why: string,
    cause?: unknown,
  ) {
    const isLost = code === 'unhealthy' || code === 'bad-gpu';
    super('failed', `machine ${id} ${why}`, !isLost, cause, nextOf(code));
    this.code = code;
    this.id = id;
    this.instance = instance;
  }
}

function nextOf(code: NotUsable['code']): string[] {
  if (code === 'ended') return ['deploy again: another is launched'];
  if (code === 'bad-gpu' || code === 'unhealthy' || code === 'preempted')
    return ['deploy with --replace and its name, such as node-0: another takes its place', ...STOP];
  return ['deploy again: waiting goes on', ...STOP];
}

const STOP = ['sophia gpu ls   shows what bills, and sophia gpu kill-all ends it'];

const LOOK_EVERY_MS = 10_000;
/** So long may a machine that was launched be unknown when it is asked for. */
const LAG_S = 60;

interface Boot {
  readonly id: string;
  /** Seconds that it may take. */
  readonly patienceS: number;
  tell?(status: string, seconds: number): void;
}

/**
 * Resolves when the machine is active and has an address. Throws NotUsable, and nothing else: whatever happens from now
 * on, its id must not be lost.
 */
export async function untilActive(deps: Launching, { id, patienceS, tell }: Boot): Promise<Instance> {
  const { clock, signal } = deps;
  const began = Date.parse(clock.now());
  let seen: Instance | null = null;
  for (;;) {
    const looked = await lookedAt(deps, id, seen);
    const waited = (Date.parse(clock.now()) - began) / 1000;
    if (looked instanceof NotUsable) throw looked;
    if (looked) {
      seen = looked;
      if (looked.status === 'active' && looked.ip !== null) return looked;
      const gone = endOf(looked);
      if (gone) throw new NotUsable(gone, { id, instance: seen }, `is ${looked.status}`);
    } else if (seen || waited > LAG_S) throw new NotUsable('ended', { id, instance: seen }, 'is not known any more');
    if (waited >= patienceS)
      throw new NotUsable('slow-boot', { id, instance: seen }, `is not active after ${patienceS} s, and bills`);
    tell?.(seen?.status ?? 'launched', waited);
    await clock.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) throw new NotUsable('cancelled', { id, instance: seen }, 'was left while it boots, and bills');
  }
}

/** The machine, undefined where it is not known, or why it cannot be looked at. A silence is waited out by the caller. */
async function lookedAt(
  { lambda, signal }: Launching,
  id: string,
  seen: Instance | null,
): Promise<Instance | NotUsable | undefined> {
  try {
    return await lambda.instance(id, signal);
  } catch (thrown) {
    if (signal.aborted) return new NotUsable('cancelled', { id, instance: seen }, 'was left while it boots, and bills');
    // Who is silent may answer the next time: it is as it was seen last.
    if (thrown instanceof LambdaError && thrown.retryable && seen) return seen;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return new NotUsable('unreadable', { id, instance: seen }, `was launched and cannot be looked at: ${why}`, thrown);
  }
}

function endOf({ status }: Instance): 'unhealthy' | 'preempted' | 'ended' | undefined {
  if (status === 'unhealthy' || status === 'preempted') return status;
  return status === 'terminated' || status === 'terminating' ? 'ended' : undefined;
}
