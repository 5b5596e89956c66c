import manifest from '../../package.json' with { type: 'json' };
import { exits } from '../core/errors/index.ts';
import { commonOptions, environmentTwin, isTyped, longOf, type OptionSpec, optionsOf } from './definition.ts';
import { noSuchCommand } from './meant.ts';
import { type Entry, nouns } from './registry.ts';

/**
 * The manual as one line of JSON, from the definitions themselves: of every command, or of those that `words` name, by
 * noun or in full. UsageError when there is none.
 */
export async function manual(words: readonly string[], entries: readonly Entry[]): Promise<string> {
  const asked = words.filter((word) => !word.startsWith('-')).join(' ');
  const found = entries.filter(({ name }) => asked === '' || name === asked || name.startsWith(`${asked} `));
  if (found.length === 0) throw await noSuchCommand(asked, entries);
  const commands = await Promise.all(
    found.map(async ({ name, load }) => {
      const { default: command } = await load();
      const { summary, status, place, changes, args = [], examples } = command;
      return {
        ...{ name, summary, status, place, changes, streams: 'stream' in command },
        args: args.map(({ required = true, ...arg }) => ({ ...arg, required })),
        options: optionsOf(command).map(told),
        examples,
      };
    }),
  );
  const all = { version: manifest.version, nouns, commonOptions: commonOptions.map(told), exits: table(), commands };
  return `${JSON.stringify(all)}\n`;
}

function told(option: OptionSpec) {
  return isTyped(option) ? option : { ...option, env: environmentTwin({ long: longOf(option) }) };
}

function table() {
  return Object.entries(exits).map(([name, exit]) => ({ name, ...exit }));
}
