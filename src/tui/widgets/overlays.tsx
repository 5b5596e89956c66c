import chalk from 'chalk';
import { Box } from 'ink';
import { boundIn, type Layer } from '../keys.ts';
import type { Size } from '../screens.ts';
import type { Palette } from '../stores/palette.ts';
import { cell } from '../text.ts';
import { Item, Line, MARGIN } from './line.tsx';

const KEYS = 16;

/** The keys that work here, as the last line shows them. */
export function hintsOf(layers: readonly Layer[]): string {
  // What lies under a layer that keeps all keys does not hear them.
  const top = layers.findIndex(({ text, modal }) => text !== undefined || modal);
  const heard = top < 0 ? layers : layers.slice(0, top + 1);
  return boundIn(heard.filter(({ scope }) => scope !== 'always' && scope !== 'list'))
    .map(({ keys, does }) => `${keys[0]} ${does}`)
    .join('  ');
}

export function Help({ layers, width, height }: Size & { readonly layers: readonly Layer[] }) {
  const keys = boundIn(layers).map(({ keys, does }) => {
    return `${chalk.bold(cell(keys.join(' '), KEYS))} ${cell(does, width - KEYS - 1)}`;
  });
  const lines = [chalk.dim(cell('The keys of this screen; ? or esc closes this.', width)), ...keys];
  return <Lines lines={lines.slice(0, height)} />;
}

export function Destinations({ palette, width, height }: Size & { readonly palette: Palette }) {
  const { text, found, cursor } = palette;
  const first = Math.max(0, cursor.at - (height - 2));
  return (
    <Box flexDirection="column">
      <Line text={cell(`:${text}▏`, width)} />
      {found.slice(first, first + height - 1).map(({ title, subject }, at) => (
        <Item
          key={subject ? `${subject.id} ${title}` : title}
          text={cell(title, width - MARGIN)}
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
