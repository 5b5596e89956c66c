import chalk from 'chalk';
import { Text } from 'ink';
import { memo } from 'react';

/** One line of the screen, also when there is nothing in it. Equal text is neither laid out nor written again. */
export const Line = memo(({ text }: { readonly text: string }) => <Text wrap="truncate">{text.trimEnd() || ' '}</Text>);

/** Columns that an item of a list needs beside its text. */
export const MARGIN = 2;

/** Of a list: which one is meant is told by a shape as well. */
export const Item = memo(({ text, selected }: { readonly text: string; readonly selected: boolean }) => (
  <Text wrap="truncate">{selected ? chalk.inverse(`› ${text}`) : `  ${text}`.trimEnd()}</Text>
));
