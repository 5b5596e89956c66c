import { instant } from '../../src/core/domain/index.ts';
import type { Planned } from '../../src/core/ops/deploy/known.ts';
import type { EnvironmentRow } from '../../src/tui/environments.ts';
import type { ListedRun } from '../../src/tui/facts.ts';
import type { NodeRow } from '../../src/tui/nodes.ts';

const CENTS = 329;
const stands = ['booting', 'active', 'create:done', 'create:failed', undefined, 'delete:begun'];

function nodeOf(at: number, about: string): NodeRow {
  const recorded = {
    ...{ name: `node-${at}`, urn: 'urn', id: `id-${at}`, type: 'gpu_1x_h100_pcie', region: about },
    ...{ centsPerHour: CENTS, expiresAt: null, generation: 0, isUnready: at % 5 === 4 },
  };
  const told = { stands: stands[at % stands.length], seconds: at % 2 ? undefined : 120, at: instant(0) };
  return { name: recorded.name, ...told, recorded: at % 4 === 3 ? undefined : recorded };
}

/** What a file comes to that cannot be had as it stands. */
function planOf(about: string): Planned {
  const finding = { code: 'price-above-target', at: 'deploy/a.yaml:3', what: `${about} costs more`, fix: [] } as const;
  const report = {
    ...{ quote: { centsPerHour: CENTS, centsPerMonth: CENTS * 730 }, prices: { readOn: '2026-10-30', recorded: true } },
    findings: [
      { ...finding, severity: 'refused' },
      { ...finding, severity: 'note' },
    ],
  };
  return { isRefused: true, report: report as unknown as Planned['report'] };
}

/** An environment of so many nodes, as it would come from files and a journal; of every other one a rehearsal. */
export function environmentOf(
  { id, status, about, createdAt }: ListedRun,
  number: number,
  nodes: number,
): EnvironmentRow {
  const isRehearsal = number % 2 === 1;
  const environment = `env-${number}`;
  const machine = {
    ...{ id: 'id-0', name: 'node-0', type: 'gpu_1x_h100_pcie', region: about, status: 'active', environment },
    ...{ centsPerHour: CENTS, launchedAt: createdAt, expiresAt: null },
  } as const;
  const lock = { file: 'lock.json', pid: 7, host: about, user: 'ada', since: '', isDead: number % 3 === 0 };
  return {
    ...{ id: `${environment}${isRehearsal ? ' rehearsal' : ''}`, environment, isRehearsal },
    file: number % 3 === 2 ? null : `deploy/${environment}.yaml`,
    plan: isRehearsal ? null : planOf(about),
    ...{ pricedAt: undefined, outcome: undefined },
    nodes: Array.from({ length: nodes }, (_, at) => nodeOf(at, about)),
    ...{
      resources: nodes,
      pending: number % 3,
      isUnsettled: number % 4 === 3,
      isReachable: number % 2 === 0,
      trouble: number % 5 === 4 ? about : '',
    },
    run: {
      ...{ id, status, decision: null, createdAt, ordered: nodes },
      isOpen: !['succeeded', 'cancelled', 'failed'].includes(status),
    },
    heard:
      number % 4 === 0
        ? {
            ...{ at: createdAt, strays: [], locks: [lock], isOutdated: number % 8 === 4 },
            bill: { machines: [machine], centsPerHour: CENTS, soFarCents: 100, unread: 0 },
          }
        : undefined,
  };
}
