import type { Account } from './account.ts';
import { filesystemView, instanceView, regionView, rulesetView, typesView } from './answers.ts';
import type { Belongings } from './belongings.ts';
import { checked } from './contract.ts';
import { refusals } from './refusal.ts';

export interface Question {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly body: unknown;
}

type Route = readonly [pattern: RegExp, answer: (id: string, body: unknown) => unknown];

/** The operations of the vendor that are known here, each with what it answers. */
export function openRoutes(account: Account, belongings: Belongings) {
  const view = (machine: Parameters<typeof instanceView>[1]) => instanceView(account, machine);
  const routes: readonly Route[] = [
    [/^GET \/instance-types$/, () => typesView(account)],
    [/^GET \/instances$/, () => account.listed().map(view)],
    [/^GET \/instances\/([0-9a-f]{32})$/, (id) => view(account.machine(id))],
    [
      /^POST \/instances\/([0-9a-f]{32})$/,
      (id, body) => {
        const machine = account.machine(id);
        machine.name = checked('rename', body).name ?? machine.name;
        return view(machine);
      },
    ],
    [
      /^POST \/instance-operations\/launch$/,
      (_, body) => {
        const asked = checked('launch', body);
        if (!account.knowsRegion(asked.region_name)) throw refusals.absent('region');
        belongings.mustServe(asked);
        const [login = ''] = asked.ssh_key_names;
        return { instance_ids: [account.launch(asked, belongings.publicKey(login)).id] };
      },
    ],
    [
      /^POST \/instance-operations\/terminate$/,
      (_, body) => ({ terminated_instances: account.terminate(checked('ids', body).instance_ids).map(view) }),
    ],
    [
      /^POST \/instance-operations\/restart$/,
      (_, body) => {
        const asked = checked('ids', body).instance_ids.map(account.machine);
        if (asked.some((machine) => account.statusOf(machine) !== 'active')) throw refusals.conflict();
        return { restarted_instances: asked.map(view) };
      },
    ],
    [
      /^GET \/regions$/,
      () => [...new Set(Object.values(account.settings().capacity).flatMap(Object.keys))].map(regionView),
    ],
    [/^GET \/ssh-keys$/, () => belongings.sshKeys()],
    [/^POST \/ssh-keys$/, (_, body) => belongings.addSshKey(checked('sshKey', body))],
    [/^DELETE \/ssh-keys\/([0-9a-f]{32})$/, belongings.removeSshKey],
    [/^GET \/file-systems$/, () => belongings.filesystems().map((each) => filesystemView(belongings, each))],
    [
      /^POST \/filesystems$/,
      (_, body) => filesystemView(belongings, belongings.addFilesystem(checked('filesystem', body))),
    ],
    [/^DELETE \/filesystems\/([0-9a-f]{32})$/, belongings.removeFilesystem],
    [/^GET \/firewall-rulesets$/, () => belongings.rulesets().map((each) => rulesetView(belongings, each))],
    [/^GET \/firewall-rulesets\/([0-9a-f]{32})$/, (id) => rulesetView(belongings, belongings.ruleset(id))],
    [
      /^POST \/firewall-rulesets$/,
      (_, body) => rulesetView(belongings, belongings.addRuleset(checked('ruleset', body))),
    ],
    [
      /^PATCH \/firewall-rulesets\/([0-9a-f]{32})$/,
      (id, body) => rulesetView(belongings, belongings.changeRuleset(id, checked('rulesetChange', body))),
    ],
    [/^DELETE \/firewall-rulesets\/([0-9a-f]{32})$/, belongings.removeRuleset],
  ];
  /** What is answered. Throws Refusal. */
  return ({ method, path, body }: Question): unknown => {
    for (const [pattern, answer] of routes) {
      const match = pattern.exec(`${method} ${path}`);
      if (match) return answer(match[1] ?? '', body);
    }
    throw refusals.path();
  };
}
