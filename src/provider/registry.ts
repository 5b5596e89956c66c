import type { Resource } from './resource.ts';
import { filesystem } from './resources/filesystem.ts';
import { firewallRuleset } from './resources/firewall-ruleset.ts';
import { instance } from './resources/instance.ts';
import { sshKey } from './resources/ssh-key.ts';

export const PACKAGE = 'sophialambda';
export const VERSION = '0.1.0';

/** Each kind, by its name in the stack. */
const kinds: Readonly<Record<string, Resource<unknown>>> = {
  Filesystem: kind(filesystem),
  FirewallRuleset: kind(firewallRuleset),
  Instance: kind(instance),
  SshKey: kind(sshKey),
};

/** Of which inputs it is, is known to itself alone: what it is given has been checked by its own schema. */
function kind<Inputs>(resource: Resource<Inputs>): Resource<unknown> {
  return resource as unknown as Resource<unknown>;
}

/** `Instance` of `urn:pulumi:production::sophia::sophialambda:index:Instance::gpu-0`. */
export function kindOf(urn: string): Resource<unknown> {
  const [, , type = ''] = urn.split('::');
  const found = type.startsWith(`${PACKAGE}:index:`) ? kinds[type.slice(PACKAGE.length + 7)] : undefined;
  if (!found) throw new Error(`${type} is nothing that ${PACKAGE} knows`);
  return found;
}

/** What the engine is told of the package: that these kinds are there. Inputs are checked by `check`. */
export function packageSchema(): string {
  const resources = Object.keys(kinds).map((kind) => [`${PACKAGE}:index:${kind}`, {}]);
  return JSON.stringify({ name: PACKAGE, version: VERSION, resources: Object.fromEntries(resources) });
}
