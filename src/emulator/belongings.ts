import type { z } from 'zod';
import type { Account, Machine } from './account.ts';
import type { checked } from './contract.ts';
import { refusals } from './refusal.ts';
import type { Time } from './time.ts';

export interface SshKey {
  readonly id: string;
  readonly name: string;
  readonly public_key: string;
}
export interface Filesystem {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly created: string;
}
export interface Ruleset {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly rules: z.infer<z.ZodArray<z.ZodUnknown>>;
  readonly created: string;
}

export interface KeptBelongings {
  readonly sshKeys: readonly SshKey[];
  readonly filesystems: readonly Filesystem[];
  readonly rulesets: readonly Ruleset[];
}

type Body<K extends Parameters<typeof checked>[0]> = ReturnType<typeof checked<K>>;

/** What an account has beside machines. None of it goes by itself. */
export function openBelongings(
  time: Time,
  kept: KeptBelongings,
  newId: () => string,
  { alive, settings }: Pick<Account, 'alive' | 'settings'>,
) {
  let { sshKeys, filesystems, rulesets } = kept;
  const listed = <T extends { readonly created: string }>(all: readonly T[]) =>
    all.filter(({ created }) => time.now() - Date.parse(created) >= settings().listLagS * 1000);
  const created = () => new Date(time.now()).toISOString();
  const without = <T extends { readonly id: string }>(all: readonly T[], id: string, what: string): T[] => {
    if (!all.some((each) => each.id === id)) throw refusals.absent(what);
    return all.filter((each) => each.id !== id);
  };
  const ruleset = (id: string): Ruleset => {
    const found = rulesets.find((each) => each.id === id);
    if (!found) throw refusals.absent('firewall ruleset');
    return found;
  };
  const isUsed = (filesystem: Filesystem) =>
    alive().some(
      ({ body }) =>
        body.file_system_names.includes(filesystem.name) ||
        (body.file_system_mounts ?? []).some((mount) => mount.file_system_id === filesystem.id),
    );
  const usersOf = ({ id }: Ruleset) =>
    alive().flatMap((machine) => (machine.body.firewall_rulesets.some((each) => each.id === id) ? machine.id : []));
  return {
    sshKeys: () => sshKeys,
    publicKey: (named: string) => sshKeys.find(({ name }) => name === named)?.public_key ?? '',
    addSshKey(body: Body<'sshKey'>): SshKey {
      // What the vendor says of a name that is taken is not told anywhere.
      if (sshKeys.some(({ name }) => name === body.name)) throw refusals.duplicate('SSH key');
      const added = { id: newId(), ...body };
      sshKeys = [...sshKeys, added];
      return added;
    },
    removeSshKey(id: string) {
      sshKeys = without(sshKeys, id, 'SSH key');
      return {};
    },
    filesystems: () => listed(filesystems),
    isUsed,
    addFilesystem(body: Body<'filesystem'>): Filesystem {
      if (filesystems.some(({ name }) => name === body.name)) throw refusals.duplicate('filesystem');
      const added = { id: newId(), ...body, created: created() };
      filesystems = [...filesystems, added];
      return added;
    },
    removeFilesystem(id: string) {
      const found = filesystems.find((each) => each.id === id);
      if (found && isUsed(found)) throw refusals.filesystemInUse();
      filesystems = without(filesystems, id, 'filesystem');
      return { deleted_ids: [id] };
    },
    rulesets: () => listed(rulesets),
    ruleset,
    usersOf,
    addRuleset(body: Body<'ruleset'>): Ruleset {
      const added = { id: newId(), ...body, created: created() };
      rulesets = [...rulesets, added];
      return added;
    },
    changeRuleset(id: string, body: Body<'rulesetChange'>): Ruleset {
      const found = ruleset(id);
      const changed = { ...found, name: body.name ?? found.name, rules: body.rules ?? found.rules };
      rulesets = rulesets.map((each) => (each === found ? changed : each));
      return changed;
    },
    removeRuleset(id: string) {
      if (usersOf(ruleset(id)).length > 0) throw refusals.rulesetInUse();
      rulesets = without(rulesets, id, 'firewall ruleset');
      return {};
    },
    /** What a launch names must be there, and in its region. */
    mustServe({ region_name, ssh_key_names, ...body }: Machine['body']) {
      if (!ssh_key_names.every((name) => sshKeys.some((key) => key.name === name))) throw refusals.absent('SSH key');
      const mounted = [
        ...body.file_system_names.map((name) => filesystems.find((each) => each.name === name)),
        ...(body.file_system_mounts ?? []).map(({ file_system_id }) =>
          filesystems.find(({ id }) => id === file_system_id),
        ),
      ];
      if (mounted.includes(undefined)) throw refusals.absent('filesystem');
      if (mounted.some((each) => each?.region !== region_name)) throw refusals.elsewhere();
      for (const { id } of body.firewall_rulesets)
        if (ruleset(id).region !== region_name) throw refusals.parameters('firewall_rulesets: other region');
    },
    kept: (): KeptBelongings => ({ sshKeys, filesystems, rulesets }),
  };
}

export type Belongings = ReturnType<typeof openBelongings>;
