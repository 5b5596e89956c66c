import type { z as zod } from 'zod';
import type { Context } from '../../context/index.ts';
import { ExternalError } from '../../errors/index.ts';
import { openPace } from './pace.ts';

/** What it takes to ask somebody: a network, and a limit to patience. */
export type Reaching = Pick<Context, 'fetch' | 'clock' | 'signal' | 'patienceS'>;

export interface WireDeps extends Reaching {
  /** Revealed to the wire alone. */
  readonly key: string;
  /** Of the emulator, in a rehearsal: nothing but this machine is taken. Absent: the vendor. */
  readonly rehearsal?: string;
  /** Shared by all who ask in one process: each alone keeps the pace, and together they would be one too many. */
  readonly pace?: Paced;
  /** Told with each answer what time it is where it comes from, milliseconds since 1970, to the second. */
  dated?(ms: number): void;
  /** How often a question is asked again that changes nothing, or that was not heard. Default: never. One too many is asked again all the same. */
  readonly again?: number;
}

export interface Question {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** Of the one whom it matters to alone; the wire's own holds as well. */
  readonly signal?: AbortSignal;
  /** Done when its turn has come, just before it is asked, each time anew. What it throws ends the question. */
  readonly first?: () => Promise<void>;
}

/** What came of a question that was not answered as hoped. */
export class LambdaError extends ExternalError {
  override readonly name = 'LambdaError';
  /** As the vendor calls it, `HTTP 502` where it did not, or `no-answer`. */
  readonly code: string;
  /** It may have been done all the same: who asks again may have it done twice. */
  readonly isInDoubt: boolean;

  constructor(
    exit: ExternalError['exit'],
    message: string,
    told: {
      readonly code: string;
      readonly retryable: boolean;
      readonly isInDoubt?: boolean;
      readonly cause?: unknown;
    },
    next: readonly string[] = [],
  ) {
    super(exit, message, told.retryable, told.cause, next);
    this.code = told.code;
    this.isInDoubt = told.isInDoubt ?? false;
  }
}

export const NO_CAPACITY = 'instance-operations/launch/insufficient-capacity';

export const LAMBDA_URL = 'https://cloud.lambda.ai';
/** One request a second is taken, and one launch in twelve. */
const PACE_MS = 1050;
const LAUNCH_PACE_MS = 12_500;
const PATIENCE_S = 30;
const TOO_MANY = 'HTTP 429';
/** What was one too many was not done: it is asked again so often at least, whoever else asks. */
const TOO_MANY_AGAIN = 4;
const NO_ANSWER = 'no-answer';

/** The turns in which the vendor is asked. */
export interface Paced {
  readonly general: ReturnType<typeof openPace>;
  readonly launches: ReturnType<typeof openPace>;
}

export function openPaced(clock: Reaching['clock']): Paced {
  return { general: openPace(clock, PACE_MS), launches: openPace(clock, LAUNCH_PACE_MS) };
}

export type Schema<T> = (z: typeof zod) => zod.ZodType<T>;

/**
 * Asks Lambda Cloud, in turn. Throws LambdaError: `auth`, `unreachable` or `failed`. What was refused for being one too
 * many was not done, and is asked again; what may have been done never is.
 */
export function openWire(deps: WireDeps) {
  const { clock, signal, again = 0 } = deps;
  const { general, launches } = deps.pace ?? openPaced(clock);
  const origin = originOf(deps.rehearsal);
  const once = async (question: Question, stopped: AbortSignal): Promise<unknown> => {
    const ask = () => general(() => asked(deps, origin, question, stopped), stopped);
    if (question.path !== LAUNCH) return ask();
    return launches(async () => {
      await question.first?.();
      return ask();
    }, stopped);
  };
  return async <T>(question: Question, schema: Schema<T>): Promise<T> => {
    const stopped = question.signal ? AbortSignal.any([signal, question.signal]) : signal;
    const { z } = await import('zod');
    for (let tried = 0; ; tried += 1)
      try {
        const parsed = z.object({ data: schema(z) }).safeParse(await once(question, stopped));
        if (parsed.success) return parsed.data.data;
        throw otherwise(question, parsed.error.issues[0]?.path.join('.'));
      } catch (thrown) {
        if (!(thrown instanceof LambdaError) || tried >= timesFor(thrown, question, again)) throw thrown;
        await clock.sleep(PACE_MS * 2 ** tried, stopped);
      }
  };
}

export const LAUNCH = '/instance-operations/launch';

/** A rehearsal takes place on this machine, with a key that the emulator made. */
function originOf(rehearsal: string | undefined): string {
  if (rehearsal === undefined) return LAMBDA_URL;
  if (/^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(rehearsal)) return rehearsal;
  throw new Error('a rehearsal takes place on this machine alone');
}

function timesFor({ code, retryable }: LambdaError, { method }: Question, again: number): number {
  if (code === TOO_MANY) return Math.max(again, TOO_MANY_AGAIN);
  return retryable && method === 'GET' ? again : 0;
}

async function asked(deps: WireDeps, origin: string, question: Question, stopped: AbortSignal): Promise<unknown> {
  const { fetch, clock, key, patienceS = PATIENCE_S } = deps;
  const { method, path, body } = question;
  // What no header may hold would be refused as a network that is down.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new LambdaError('auth', 'LAMBDA_API_KEY holds what no key of Lambda Cloud does', REFUSED, KEY_HELP);
  const patience = new AbortController();
  using _ = clock.every(patienceS * 1000, () => patience.abort());
  const isInDoubt = method !== 'GET';
  // What changes something is heard to its end, within patience: broken off, nobody would know what became of it.
  const heeded = isInDoubt ? new AbortController().signal : stopped;
  try {
    const response = await fetch(`${origin}/api/v1${path}`, {
      ...{ method, ...(body && { body: JSON.stringify(body) }) },
      headers: {
        ...{ authorization: `Bearer ${key}`, accept: 'application/json' },
        ...(body && { 'content-type': 'application/json' }),
      },
      // It would carry the key to wherever it leads.
      redirect: 'error',
      signal: AbortSignal.any([heeded, patience.signal]),
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    if (Number.isFinite(date)) deps.dated?.(date);
    // A body may stall as well as a head: both are waited for within the same limit.
    const answer = parsed(await response.text());
    if (response.ok) return answer;
    throw refusal(response.status, codeIn(answer, response.status), isInDoubt);
  } catch (thrown) {
    if (thrown instanceof ExternalError) throw thrown;
    if (!isInDoubt) stopped.throwIfAborted();
    const why = patience.signal.aborted ? `was silent for ${patienceS} s` : 'could not be reached';
    const told = { code: NO_ANSWER, retryable: true, isInDoubt, cause: thrown };
    throw new LambdaError('unreachable', `Lambda Cloud ${why}`, told, ['try again in a while']);
  }
}

function otherwise({ method, path }: Question, where: string | undefined): LambdaError {
  const told = { code: 'unexpected-answer', retryable: false, isInDoubt: method !== 'GET' };
  return new LambdaError('failed', `Lambda answered ${path} otherwise than agreed: ${where}`, told);
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeIn(body: unknown, status: number): string {
  const code = (body as { error?: { code?: unknown } } | undefined)?.error?.code;
  return typeof code === 'string' && /^[\w/-]{1,80}$/.test(code) ? code : `HTTP ${status}`;
}

const KEY_HELP = ['set LAMBDA_API_KEY to a key of your account: cloud.lambda.ai, API keys'];
const REFUSED = { code: 'global/invalid-api-key', retryable: false };

/** What can be done where the vendor refuses so. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  'global/quota-exceeded': [
    'end what is not needed: sophia gpu ls shows what there is',
    'or ask Lambda for a larger quota: cloud.lambda.ai, support',
  ],
  'global/object-does-not-exist': [
    'look whether all that was named is there, such as the region of --candidates: sophia deploy plan shows where there is capacity',
  ],
};

/** Those that say for certain that nothing was done. Of any other it is not known. */
const NOTHING_DONE =
  /^(global\/(invalid-api-key|account-inactive|invalid-address|forbidden|invalid-parameters|object-does-not-exist|not-found|quota-exceeded|duplicate|conflict)|(instance-operations|filesystems|firewall-rulesets)\/[\w/-]+)$/;

/** By status and code alone: what is told in words may be told otherwise tomorrow. */
function refusal(status: number, code: string, changes: boolean): LambdaError {
  const told = { code, retryable: false };
  if (status === 401) return new LambdaError('auth', `Lambda Cloud refused the key (${code})`, told, KEY_HELP);
  if (status === 403)
    return new LambdaError('auth', `Lambda Cloud lets this account do nothing (${code})`, told, [
      'look at cloud.lambda.ai whether the account is active and has a billing address',
    ]);
  if (status === 429) {
    const tooMany = { code: TOO_MANY, retryable: true };
    return new LambdaError('unreachable', 'Lambda Cloud takes one request a second, and others ask too', tooMany);
  }
  const isInDoubt = changes && !NOTHING_DONE.test(code);
  if (status >= 500) {
    const later = { code, retryable: true, isInDoubt };
    return new LambdaError('unreachable', `Lambda Cloud is in trouble (${code})`, later);
  }
  return new LambdaError('failed', `Lambda Cloud refused (${code})`, { ...told, isInDoubt }, NEXT[code]);
}
