import chalk from 'chalk';
import { runStatuses } from '../../core/runs/index.ts';
import type { Overview as Seen } from '../facts.ts';
import type { Layer } from '../keys.ts';
import type { Deps, Size } from '../screens.ts';
import { Poll } from '../stores/poll.ts';
import { Store, useStore } from '../stores/store.ts';
import { cell, markOf } from '../text.ts';
import { Lines } from '../widgets/overlays.tsx';

const EVERY_MS = 1000;

class Overview extends Store {
  readonly note = '';
  readonly feed: Poll<Seen>;

  constructor({ facts, clock }: Deps) {
    super();
    this.feed = new Poll({ ask: () => facts.overview(), everyMs: EVERY_MS, clock });
  }

  layers(): readonly Layer[] {
    return [];
  }
}

export function open(deps: Deps): Overview {
  return new Overview(deps);
}

export function View({ model, width, height }: Size & { readonly model: Overview }) {
  const { data } = useStore(model.feed);
  if (!data) return null;
  const { tally, approvals, unattended } = data;
  const statuses = runStatuses.filter((status) => tally[status] > 0);
  const lines = [
    chalk.bold(cell('Runs', width)),
    ...(statuses.length === 0
      ? ['  none yet']
      : statuses.map((status) => `  ${markOf(status)} ${tally[status]} ${status}`)),
    '',
    chalk.bold(cell('Waiting for you', width)),
    `  ${approvals}`,
    ...(unattended > 0 ? ['', chalk.yellow(cell(`${unattended} could go on, and no worker works`, width))] : []),
  ];
  return <Lines lines={lines.slice(0, height)} />;
}
