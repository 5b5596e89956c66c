import chalk from 'chalk';
import { Box } from 'ink';
import stringWidth from 'string-width';
import { boundIn, type KeyTable, keysOf, type Layer, shownKey } from '../keys.ts';
import type { Size } from '../screens.ts';
import type { Palette } from '../stores/palette.ts';
import { cell } from '../text.ts';
import { Item, Line, MARGIN } from './line.tsx';

const KEYS = 16;
const SHORT = 8;

/** The keys that work here, as the last line shows them: those that fit whole, and the one that leads to all. */
export function hintsOf(layers: readonly Layer[], table: KeyTable, width: number): string {
  // What lies under a layer that keeps all keys does not hear them.
  const top = layers.findIndex(({ text, modal }) => text !== undefined || modal);
  const heard = top < 0 ? layers : layers.slice(0, top + 1);
  const bound = boundIn(
    heard.filter(({ scope }) => scope !== 'always' && scope !== 'list'),
    table,
  ).filter(({ keys }, at, all) => all.findIndex((each) => each.keys[0] === keys[0]) === at);
  const told = bound.map(({ keys, does }) => `${shownKey(keys[0] ?? '')} ${does}`);
  if (fits(told, width)) return told.join(GAP);
  const help = told.filter((_, at) => bound[at]?.act === 'help');
  const shown: string[] = [];
  for (const hint of told.filter((each) => !help.includes(each)))
    if (fits([...shown, hint, ...help], width)) shown.push(hint);
    else break;
  return [...shown, ...help].filter((hint) => fits([hint], width)).join(GAP);
}

const GAP = '  ';

function fits(hints: readonly string[], width: number): boolean {
  return stringWidth(hints.join(GAP)) <= width;
}

export function Help({
  layers,
  keys,
  width,
  height,
}: Size & { readonly layers: readonly Layer[]; readonly keys: KeyTable }) {
  const bound = boundIn(layers, keys);
  const isShort = bound.length >= height;
  const room = isShort ? SHORT : KEYS;
  const free = (isShort ? (width - GAP.length) >> 1 : width) - room - 1;
  const rows = bound.map(({ keys: each, does }) => {
    return `${chalk.bold(cell(each.map(shownKey).join(' '), room))} ${cell(does, free)}`;
  });
  // Side by side where they would not be seen one below the other.
  const beside = rows.slice(0, height).map((row, at) => [row, rows[at + height]].filter(Boolean).join(GAP));
  if (isShort) return <Lines lines={beside} />;
  const closing = keysOf(keys, 'help', 'close').slice(0, 2).join(' or ');
  const lines = [chalk.dim(cell(`The keys of this screen; ${closing} closes this.`, width)), ...rows];
  return <Lines lines={lines} />;
}

export function Destinations({ palette, width, height }: Size & { readonly palette: Palette }) {
  const { text, found, cursor } = palette;
  const first = Math.max(0, cursor.at - (height - 2));
  return (
    <Box flexDirection="column">
      <Line text={cell(`:${text}▏`, width)} />
      {found.slice(first, first + height - 1).map((place, at) => (
        <Item
          key={'subject' in place ? `${place.subject?.id} ${place.title}` : place.title}
          text={cell(place.title, width - MARGIN)}
          selected={first + at === cursor.at}
        />
      ))}
    </Box>
  );
}

/** Lines that stay where they are. */
export function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box flexDirection="column">
      {lines.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of the screen stays where it is
        <Line key={at} text={text} />
      ))}
    </Box>
  );
}
