import chalk from 'chalk';
import { Text } from 'ink';
import { memo } from 'react';

/** One line of the screen, also when there is nothing in it. Equal text is neither laid out nor written again. */
export const Line = memo(({ text, selected = false }: { readonly text: string; readonly selected?: boolean }) => (
  <Text wrap="truncate">{selected ? chalk.inverse(text) : text.trimEnd() || ' '}</Text>
));
