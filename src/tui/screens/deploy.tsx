import chalk from 'chalk';
import { Box } from 'ink';
import { dollars, type Instant, plural } from '../../core/domain/index.ts';
import { wordOf } from '../../core/runs/index.ts';
import { agoOf } from '../age.ts';
import type { EnvironmentRow } from '../environments.ts';
import { isCompact, isNarrow } from '../layout.ts';
import type { Deps, Size } from '../screens.ts';
import { Deployments } from '../stores/deploy.ts';
import { useStore } from '../stores/store.ts';
import { cell, markOf, tail, wrapped } from '../text.ts';
import { environment, KIND, kindOf } from '../widgets/environment.ts';
import { Item, Line, MARGIN } from '../widgets/line.tsx';
import { Lines } from '../widgets/overlays.tsx';
import { useSeconds } from '../widgets/seconds.ts';

export function open(deps: Deps): Deployments {
  return new Deployments(deps);
}

export function View({ model, width, height }: Size & { readonly model: Deployments }) {
  const { cursor, scroll, timeZone, asker, now } = useStore(model);
  const { data: rows } = useStore(model.feed);
  useSeconds(model.clock);
  if (!rows) return null;
  if (rows.length === 0) return <Line text={cell('No environments yet. sophia deploy init begins one.', width)} />;
  const gap = isCompact({ width, height }) ? [] : [''];
  const asked = promptOf(model, width, height).map((line) => chalk.bold(line));
  // What one is asked is in view, whatever else has no room.
  const above = asked.length > 0 ? [...asked, ...gap].slice(0, height) : [];
  const free = Math.max(0, height - above.length);
  cursor.follow(
    rows.map(({ id }) => id),
    Math.min(rows.length, Math.max(1, Math.floor(free / 3))),
  );
  const here = cursor.isLost ? undefined : rows[cursor.at];
  const around = { timeZone, asker, now, isEnding: model.ending !== undefined && model.ending === here?.id };
  const details = here ? environment(here, around, width) : wrapped(lostOf(model.choosers), width);
  // A line for what there is no room for.
  const room = Math.max(1, free - cursor.height - gap.length - 1);
  scroll.fit(Math.max(1, details.length - room), 1);
  scroll.page = Math.max(1, room - 1);
  const more = details.length - scroll.at - room;
  // The last line may stand where it would be said that there is one more.
  const shown = details.slice(scroll.at, scroll.at + room + (more === 1 ? 1 : 0));
  const rest = more > 1 ? [chalk.dim(cell(`▼ ${plural(more, 'more line')}: ${model.onward}`, width))] : [];
  const listed = rows.slice(cursor.top, cursor.top + Math.min(cursor.height, free));
  return (
    <Box flexDirection="column">
      {above.length > 0 && <Lines lines={above} />}
      {listed.map((row) => (
        <Item key={row.id} text={rowOf(row, now, width - MARGIN)} selected={row.id === here?.id} />
      ))}
      <Lines lines={[...gap, ...shown, ...rest].slice(0, Math.max(0, free - listed.length))} />
    </Box>
  );
}

/** No name is longer. */
const NAME = 31;
const STANDS = 14;
const NODES = 9;
const PRICE = 22;
const GAP = '  ';

function lostOf(choosers: readonly string[]): string {
  return `The one that was chosen is there no more, and none is chosen: ${choosers.join(' or ')} chooses.`;
}

function rowOf(row: EnvironmentRow, now: Instant, width: number): string {
  const { nodes, run } = row;
  const kind = kindOf(row);
  const stands = run?.isOpen ? wordOf(run.status, run.decision) : undefined;
  if (isNarrow(width + MARGIN)) {
    const free = width - KIND - 1 - GAP.length;
    return kind + [cell(row.environment, free), stands ? markOf(stands) : ' '].join(GAP);
  }
  const free = width - KIND - STANDS - NODES - PRICE - 3 * GAP.length;
  const cells = [
    cell(row.environment, Math.min(NAME, free)),
    stands ? `${markOf(stands)} ${cell(stands, STANDS - 2)}` : cell(restOf(row), STANDS),
    cell(plural(nodes.length, 'node'), NODES),
    cell(priceOf(row, now), PRICE),
  ];
  return kind + cells.join(GAP);
}

/** Of one that nobody works on: what its file comes to. */
function restOf({ plan, isRehearsal, trouble, run, nodes, resources, pending, isUnsettled }: EnvironmentRow): string {
  if (isRehearsal && !isUnsettled && nodes.length + resources + pending === 0) return '– ended';
  if (isRehearsal && run) return wordOf(run.status, run.decision);
  if (!plan) return trouble ? '✗ unreadable' : '';
  return plan.isRefused ? '✗ refused' : '✓ can be had';
}

/** What was said last and how long ago, as long as nothing has changed since; else what is recorded. */
function priceOf({ heard, nodes }: EnvironmentRow, now: Instant): string {
  if (heard?.isOutdated) return 'not asked since';
  if (heard) {
    const { machines, centsPerHour } = heard.bill;
    const ago = agoOf(heard.at, now);
    const bills = machines.length > 0 ? `${dollars(centsPerHour)}/h` : 'nothing';
    return ago ? `${bills}, ${ago}` : `bills ${bills}`;
  }
  const cents = nodes.reduce((sum, { recorded }) => sum + (recorded?.centsPerHour ?? 0), 0);
  return cents > 0 ? `recorded ${dollars(cents)}/h` : '';
}

function promptOf({ stage, rows, now }: Deployments, width: number, height: number): string[] {
  if (stage.at === 'looking') return [];
  const row = rows.find(({ id }) => id === stage.id);
  const which = row?.isRehearsal ? `the rehearsal of ${stage.environment}` : `${stage.environment}, for real`;
  const what =
    stage.deed === 'cancel'
      ? `Cancel the deployment of ${which}? What was launched bills on until it is destroyed.`
      : `End all machines of ${which}? ${atStake(row, now)}`;
  const typed = stage.at === 'naming' ? [`Its name, to be sure: ${tail(stage.text, Math.max(1, width - 24))}▏`] : [];
  // What one types is in view, whatever else has no room.
  return [...wrapped(what, width).slice(0, Math.max(0, height - typed.length)), ...typed];
}

function atStake(row: EnvironmentRow | undefined, now: Instant): string {
  const { heard, nodes = [] } = row ?? {};
  const recorded = nodes.filter((node) => node.recorded).length;
  if (!heard || heard.isOutdated) return `What lives of it is not known; ${plural(recorded, 'machine')} recorded.`;
  const { machines, centsPerHour } = heard.bill;
  const when = agoOf(heard.at, now) || 'just now';
  return `When asked ${when} ${plural(machines.length, 'machine')} lived, ${dollars(centsPerHour)} an hour.`;
}
