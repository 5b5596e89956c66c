import type { EngineEvent } from '@pulumi/pulumi/automation/index.js';

/** What an engine at work tells, as far as anybody may know it. */
export interface Told {
  /** `node-0`; absent where it is of no one resource. */
  readonly resource?: string;
  /** `Instance` */
  readonly what?: string;
  readonly kind: 'begun' | 'done' | 'failed' | 'says' | 'warns' | 'refused';
  /** `create`, `update`, `delete`, `replace`, `same` and their parts. */
  readonly op?: string;
  readonly text?: string;
}

/** What the engine does to itself, and nobody asked about. */
const SILENT = ['pulumi:pulumi:Stack', 'pulumi:providers:sophialambda'];

/**
 * What of an event is told on. What the engine says for those who mend it carries secrets as they are: it is dropped before
 * anything else is looked at.
 */
export function toldBy(event: EngineEvent): Told | undefined {
  const { diagnosticEvent, policyEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
  if (diagnosticEvent) {
    const { severity, urn, message } = diagnosticEvent;
    if ((severity as string) === 'debug') return undefined;
    const kind = severity === 'error' ? 'failed' : severity === 'warning' ? 'warns' : 'says';
    return { kind, text: plain(message), ...namesOf(urn) };
  }
  if (policyEvent) {
    const kind = policyEvent.enforcementLevel === 'mandatory' ? 'refused' : 'warns';
    return { kind, text: plain(policyEvent.message), ...namesOf(policyEvent.resourceUrn) };
  }
  for (const [kind, of] of [
    ['begun', resourcePreEvent],
    ['done', resOutputsEvent],
    ['failed', resOpFailedEvent],
  ] as const) {
    if (!of || SILENT.includes(of.metadata.type)) continue;
    return { kind, op: of.metadata.op, ...namesOf(of.metadata.urn) };
  }
  return undefined;
}

/** `node-0` and `Instance` of `urn:pulumi:production::sophia::sophialambda:index:Instance::node-0`. */
function namesOf(urn: string | undefined): Pick<Told, 'resource' | 'what'> {
  if (!urn) return {};
  const [, , type = '', resource = urn] = urn.split('::');
  return { resource, what: type.split(':').at(-1) ?? type };
}

/** Without the colours that the engine marks its text with. */
function plain(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, '').trim();
}
