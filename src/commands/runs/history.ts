import { minuteIn, type OwnerId, type TimeZone } from '../../core/domain/index.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import { type Change, differenceOf, gistOf, type History, type Moment } from '../../core/runs/index.ts';
import { defineCommand } from '../definition.ts';
import { below, type Style } from '../style.ts';

interface Told extends History {
  readonly owner: OwnerId;
  readonly timeZone: TimeZone;
}

export default defineCommand<{ run: string }, Told, 'any'>({
  summary: 'Show what each checkpoint of a run changed, from its input to its output',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  scores: 'shown',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  examples: ['sophia runs history run-0123456789ab', 'sophia runs history run-0123456789ab --json'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty') }),
  async run({ app }, { run }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const history = await (await app.of(owner).runs()).history(found);
    return { data: { owner, timeZone: app.workspace.timeZone, ...history } };
  },
  render({ input, checkpoints, written, output, status, timeZone }, style) {
    return [
      style.bold('Input'),
      valueIn('+', input, style),
      ...checkpoints.flatMap((moment) => momentIn(moment, timeZone, style)),
      ...(written.length > 0 ? [style.bold('Written since, and no checkpoint yet')] : []),
      ...written.flatMap((change) => changeIn(change, style)),
      ...(output
        ? [style.bold('Output'), valueIn('+', output, style)]
        : [style.dim(`No output: ${style.text(status)}`)]),
    ].join('\n');
  },
});

function momentIn({ step, at, nodes, next, changes }: Moment, timeZone: TimeZone, style: Style): string[] {
  const what = `${nodes.join(', ') || 'begun'}${next.length > 0 ? `, next ${next.join(', ')}` : ''}`;
  const head = style.text(`Step ${step}, ${minuteIn(timeZone, at)}: `);
  // What it was begun with stands above.
  const told = changes.filter(({ of }) => of !== 'input');
  return [style.bold(head + below(head, what, style)), ...told.flatMap((change) => changeIn(change, style))];
}

function changeIn(change: Change, style: Style): string[] {
  if (!('after' in change)) return [`  ${style.text(gistOf(change))}`];
  const { removed, added } = differenceOf(change);
  return [
    `  ${style.text(change.of)}`,
    ...(removed === undefined ? [] : [style.bad(valueIn('-', removed, style))]),
    ...(added === undefined ? [] : [style.good(valueIn('+', added, style))]),
  ];
}

function valueIn(mark: '+' | '-', value: unknown, style: Style): string {
  const lines = style.text(JSON.stringify(value, null, 2) ?? 'undefined').split('\n');
  return lines.map((line) => `    ${mark} ${line}`).join('\n');
}
