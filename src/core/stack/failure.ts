import { ExternalError, UserError } from '../errors/index.ts';
import type { Place } from './engine.ts';
import type { Told } from './events.ts';

/** What the engine could not do, resource by resource. Something may bill all the same. */
export class StackFailed extends ExternalError {
  override readonly name = 'StackFailed';
  readonly faults: readonly Fault[];

  constructor(message: string, faults: readonly Fault[], cause: unknown) {
    const own = new Set(faults.flatMap(({ next = [] }) => next));
    super('failed', message, true, cause, [
      ...own,
      'deploy again: what lives is taken up, and what is missing is made',
    ]);
    this.faults = faults;
  }
}

export interface Fault {
  /** `node-0`; undefined where it is of no one resource. */
  readonly resource: string | undefined;
  /** As the plugin calls it, such as `no-capacity`; undefined where it is told in words alone. */
  readonly code: string | undefined;
  readonly text: string;
  /** What the plugin says can be done. */
  readonly next?: readonly string[];
}

/** What is told of an engine that failed. What it prints is for those who know it: what it told while it worked says more. */
export function failureOf(
  thrown: unknown,
  told: readonly Told[],
  { environment }: Place,
  signal: AbortSignal,
): unknown {
  if (!(thrown instanceof Error) || !thrown.name.endsWith('Error') || thrown instanceof UserError) return thrown;
  if (thrown instanceof ExternalError) return thrown;
  if (signal.aborted) return new StackFailed(`working on ${environment} was stopped`, [], thrown);
  if (thrown.name === 'ConcurrentUpdateError')
    return new UserError('held', `${environment} is being worked on by another`, ['wait until it has ended']);
  if (/incorrect passphrase/.test(thrown.message))
    return new UserError('config', `the passphrase is not the one that ${environment} was first deployed with`, [
      'set SOPHIA_DEPLOY_PASSPHRASE to it',
      `sophia gpu ls --stack ${environment}   shows what bills, without it`,
    ]);
  const all = told.flatMap(faultIn);
  // What went wrong with a resource is said of the stack once more, and twice of the resource itself.
  const own = all.filter(({ what, resource }) => what !== 'Stack' && resource !== undefined);
  const faults = (own.length > 0 ? own : all).filter(
    (each, at, among) => among.findIndex(({ resource }) => resource === each.resource) === at,
  );
  const refused = told.find(({ kind }) => kind === 'refused');
  if (refused)
    return new UserError('refused', refused.text ?? 'a policy refused it', ['plan anew: sophia deploy plan']);
  const [first] = faults;
  const why = first ? saidOf(first) : bareOf(lastLine(thrown.message));
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  return new StackFailed(`${environment} is not as it was ordered: ${why}${more}`, faults, thrown);
}

function saidOf({ resource, text }: Fault): string {
  return resource === undefined ? text : `${resource}: ${text}`;
}

/** `no-capacity: there is none; next: wait for it`, as the plugin says it, within what the engine wraps around it. */
function faultIn({ kind, resource, what, text }: Told): (Fault & Pick<Told, 'what'>)[] {
  if (kind !== 'failed' || text === undefined) return [];
  // That an update failed is said once more at its end, of nothing.
  if (/^(update|destroy|resource monitor) (failed|has|shut)/.test(text)) return [];
  const bare = bareOf(text);
  const [, code] =
    /\b((?:global|instance-operations|filesystems|firewall-rulesets)\/[\w/-]+|[a-z]+(?:-[a-z]+)+): /.exec(bare) ?? [];
  const [said = '', ...steps] = bare.trim().split('; next: ');
  const next = steps.map((step) => step.split('\n')[0]?.trim() ?? '').filter(Boolean);
  return [{ resource, code, text: said, ...(next.length > 0 && { next }), ...(what !== undefined && { what }) }];
}

/** What the engine wraps around what a plugin says, one around the other. */
const WRAPS = [
  /^Refreshed resource is in an unhealthy state:\s*/,
  /^error:\s*/,
  /^(?:creating|updating|deleting|reading)(?: urn:\S+:|[^:]*:)\s+/,
  /^\S+ resource '[^']*' has a problem:\s*/,
  /^\d+ errors? occurred:\s*/,
  /^\*\s*/,
];

/** What the plugin itself said; of several things, one behind the other. */
export function bareOf(text: string): string {
  let bare = text.trim();
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = WRAPS.reduce((inner, wrap) => inner.replace(wrap, ''), bare);
  }
  return bare.replaceAll(/\s*\n\s*\*\s+/g, '; ');
}

/** Of what the engine printed. Behind that the SDK puts a line of its own. */
function lastLine(text: string): string {
  const [said = ''] = text.split('\n err?:');
  const last = said.trim().split('\n').filter(Boolean).at(-1) ?? '';
  return last.trim().replace(/^std(?:out|err):\s*/, '') || 'the engine says nothing';
}
