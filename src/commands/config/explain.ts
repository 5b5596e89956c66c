import { type Chosen, explainConfig } from '../../core/config/index.ts';
import { nearest, UsageError } from '../../core/errors/index.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';

/** A long list of owners leaves room for who says it. */
const VALUE_WIDTH = 16;

export default defineCommand<{ key?: string }, { settings: readonly Chosen[] }, 'none'>({
  summary: 'Show each setting, and where it comes from',
  status: 'beta',
  place: 'none',
  changes: 'nothing',
  args: [{ name: 'key', completes: 'setting', help: 'only this one, like retention.capacity', required: false }],
  examples: ['sophia config explain', 'sophia config explain retention.capacity'],
  async run({ options, ...context }, { key }) {
    const settings = [...options, ...(await explainConfig(context))];
    if (key === undefined) return { data: { settings } };
    const one = settings.find((each) => each.key.toLowerCase() === key.toLowerCase().replaceAll('-', '_'));
    if (one) return { data: { settings: [one] } };
    const meant = await nearest(
      key,
      settings.map((each) => each.key),
    );
    throw new UsageError(
      `no setting "${key}"`,
      meant.map((name) => `sophia config explain ${name}`),
    );
  },
  render({ settings }, style) {
    const [first, ...others] = settings;
    if (first && others.length === 0) return inFull(first, style).join('\n');
    return style.columns(settings.flatMap((each) => inShort(each, style)));
  },
});

/** A row of the table, and below it what is overruled. Who says it is told whole: that is what one has asked for. */
function inShort({ key, value, at = 'not set', over }: Chosen, style: Style): string[][] {
  const told = (what: unknown, where: string) => [style.fit(shown(what), VALUE_WIDTH), style.text(where)];
  // That a default is overruled goes without saying; `--json` has it.
  const overruled = over
    .filter(({ from }) => from !== 'default')
    .map((each) => ['  not', ...told(each.value, each.at)].map(style.dim));
  return [[key, ...told(value, at)], ...overruled];
}

function inFull({ key, value, from, at, over }: Chosen, style: Style): string[] {
  return [
    `${style.bold(key)}  ${style.text(shown(value))}`,
    `  ${from === undefined ? 'not set' : `from ${style.text(at ?? '')}`}`,
    ...over.map((each) => `  overrules ${style.text(`${shown(each.value)}, from ${each.at}`)}`),
  ];
}

function shown(value: unknown): string {
  if (value === undefined) return '-';
  if (!Array.isArray(value)) return String(value);
  return value.map((each: { id?: unknown } | null) => String(each?.id ?? each)).join(', ');
}
