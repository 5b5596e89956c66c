import { got, isThere, unlessAbsent } from './absent.ts';
import {
  type Filesystem,
  type FirewallRuleset,
  filesystemSchema,
  ruleBody,
  rulesetSchema,
  type SshKey,
  sshKeySchema,
} from './shapes.ts';
import type { openWire } from './wire.ts';

/** What an account has beside machines. None of it goes by itself. */
export interface Belongings {
  sshKeys(signal?: AbortSignal): Promise<SshKey[]>;
  addSshKey(key: Omit<SshKey, 'id'>): Promise<SshKey>;
  /** False: there is none. */
  removeSshKey(id: string): Promise<boolean>;
  rulesets(signal?: AbortSignal): Promise<FirewallRuleset[]>;
  /** Undefined for one that the vendor does not know, or no longer. */
  ruleset(id: string, signal?: AbortSignal): Promise<FirewallRuleset | undefined>;
  addRuleset(ruleset: Omit<FirewallRuleset, 'id'>, signal?: AbortSignal): Promise<FirewallRuleset>;
  /** In the place of what it was, for machines that run as well. Its region stays. Undefined: there is none. */
  changeRuleset(id: string, to: Omit<FirewallRuleset, 'id' | 'region'>): Promise<FirewallRuleset | undefined>;
  /** False: there is none. One that machines use is refused. */
  removeRuleset(id: string): Promise<boolean>;
  filesystems(signal?: AbortSignal): Promise<Filesystem[]>;
  addFilesystem(filesystem: Pick<Filesystem, 'name' | 'region'>, signal?: AbortSignal): Promise<Filesystem>;
  /** With all that is on it. False: there is none. One that machines use is refused. */
  removeFilesystem(id: string): Promise<boolean>;
}

export function openBelongings(ask: ReturnType<typeof openWire>): Belongings {
  const posted = (path: string, body: object, signal?: AbortSignal) =>
    ({ method: 'POST', path, body, ...(signal && { signal }) }) as const;
  const remove = (path: string, id: string) =>
    isThere(ask({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }, (z) => z.object({})));
  const rulesetPath = (id: string) => `/firewall-rulesets/${encodeURIComponent(id)}`;
  return {
    sshKeys: (signal) => ask(got('/ssh-keys', signal), (z) => z.array(sshKeySchema(z))),
    addSshKey: ({ name, publicKey }) => ask(posted('/ssh-keys', { name, public_key: publicKey }), sshKeySchema),
    removeSshKey: (id) => remove('/ssh-keys', id),
    rulesets: (signal) => ask(got('/firewall-rulesets', signal), (z) => z.array(rulesetSchema(z))),
    ruleset: (id, signal) => unlessAbsent(ask(got(rulesetPath(id), signal), rulesetSchema)),
    addRuleset({ name, region, rules }, signal) {
      return ask(posted('/firewall-rulesets', { name, region, rules: rules.map(ruleBody) }, signal), rulesetSchema);
    },
    changeRuleset(id, { name, rules }) {
      const body = { name, rules: rules.map(ruleBody) };
      return unlessAbsent(ask({ method: 'PATCH', path: rulesetPath(id), body }, rulesetSchema));
    },
    removeRuleset: (id) => remove('/firewall-rulesets', id),
    // With a hyphen where they are listed, and without where they are made: so it stands in the contract.
    filesystems: (signal) => ask(got('/file-systems', signal), (z) => z.array(filesystemSchema(z))),
    addFilesystem: ({ name, region }, signal) =>
      ask(posted('/filesystems', { name, region }, signal), filesystemSchema),
    removeFilesystem: (id) => remove('/filesystems', id),
  };
}
