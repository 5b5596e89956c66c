// Writes what is generated from the sources: tables in docs/, JSON Schemas, the pictures. `--check` writes
// nothing and fails when something is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { analysisSchema } from '../src/commands/churn/schema.ts';
import { optionsOf } from '../src/commands/definition.ts';
import { registry } from '../src/commands/registry.ts';
import { configSchema, userSchema } from '../src/core/config/index.ts';
import { wishSchema } from '../src/core/deploy/index.ts';
import { exits } from '../src/core/errors/exit.ts';
import { kindNames } from '../src/core/store/index.ts';
import { bindings, shownKey } from '../src/tui/keys.ts';
import { notices } from './notices.mjs';
import { brokenPlace, healthyPlace, picture, printed } from './picture.mjs';
import { story } from './story.mjs';

const table = (header, rows) => [
  `| ${header.join(' | ')} |`,
  `|${header.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

const jsonSchema = (schema) =>
  `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`;

const commands = await Promise.all(
  registry.map(async ({ name, load }) => {
    const { default: command } = await load();
    return { name, ...command, options: optionsOf(command) };
  }),
);

const generated = {
  'docs/exit-codes.md': [
    '# Exit codes',
    '',
    'Results go to stdout, errors to stderr: in words, or with `--json` as one line,',
    '`{"error":{"kind","exit","code","message","next"}}`. Then stdout is empty.',
    '',
    ...table(
      ['code', 'name', 'when'],
      Object.entries(exits).map(([name, { code, when }]) => [code, `\`${name}\``, when]),
    ),
    '',
  ].join('\n'),
  'docs/commands.md': [
    '# Commands',
    '',
    'Every option has an environment twin: `--as-of` is `SOPHIA_AS_OF`. Only `--yes` of `runs approve|reject` must be typed.',
    'All commands take `--json`, `--color`, `--quiet`, `--debug`, `--owner`, `--cwd`, `--yes` and `--no-input`. Where a',
    'command changes the world (your data, files, or an answer that stands), `--dry-run` says what it would do.',
    '',
    '`sophia help --json` prints all of this as one line of JSON, `sophia help runs --json` a part of it: `version`, `nouns`,',
    '`commonOptions`, `exits` (name, code, when), and `commands`, each with `name`, `summary`, `status`, `place` (`any`: a',
    'workspace, or else the demo; `own`: a workspace; `none`: anywhere), `changes` (`nothing`; `record`: runs and what they',
    'propose; `world`), `streams` (one line of JSON for each item), `args`, `options` (each with `env`, its twin) and',
    '`examples`. `completes` says what may stand there: words, or the kind of name; `fallback` what counts where nothing is',
    'said.',
    '',
    ...commands.flatMap(({ name, summary, args = [], options, examples }) => [
      `## sophia ${name}`,
      '',
      `${summary}.`,
      '',
      '```',
      ...examples,
      '```',
      '',
      ...args.map((arg) => `- \`${arg.required === false ? `[${arg.name}]` : `<${arg.name}>`}\` ${arg.help}`),
      ...options.map(({ flags, help }) => `- \`${flags}\` ${help}`),
      ...(args.length + options.length > 0 ? [''] : []),
    ]),
  ].join('\n'),
  'docs/events.md': [
    '# Kinds of events',
    '',
    'What `sophia events --kind` takes. Bodies hold ids and numbers only.',
    '',
    ...kindNames.map((name) => `- \`${name}\``),
    '',
  ].join('\n'),
  'docs/keys.md': [
    '# Keys of the screens',
    '',
    '`?` shows those that work where one is. Another key for any of them stands in the own `config.yaml`, by its name here:',
    '',
    '```yaml',
    'tui:',
    '  keys:',
    '    filter.open: [f, /]',
    '    proposal.approve: [Y]',
    '```',
    '',
    'A key is one letter or sign, `ctrl-x` or `alt-x` with any letter, or one of `enter`, `esc`, `up`, `down`, `left`,',
    '`right`, `pagedown`, `pageup`, `home`, `end`, `tab`, `backspace`. A digit is written in quotes. What is named so has',
    'these keys and no others; it is looked at when the screens are opened. `ctrl-c` always leaves.',
    '',
    ...table(
      ['name', 'keys', 'what it does'],
      bindings.map(({ scope, act, keys, does }) => [
        `\`${scope}.${act}\``,
        keys.map((key) => `\`${shownKey(key)}\``).join(' '),
        does,
      ]),
    ),
    '',
  ].join('\n'),
  'schemas/sophia.schema.json': jsonSchema(configSchema(z)),
  'schemas/config.schema.json': jsonSchema(userSchema(z)),
  'schemas/deploy.schema.json': jsonSchema(wishSchema(z)),
  'schemas/churn-analyze.schema.json': jsonSchema(analysisSchema(z)),
  'THIRD-PARTY-NOTICES.txt': notices(),
  'docs/analyze.svg': await picture('churn analyze maple-court --top 3'),
  'docs/report-sample.html': await printed('churn report maple-court -o -'),
  'docs/doctor-healthy.svg': await healthyPlace(),
  'docs/doctor-broken.svg': await brokenPlace(),
  'docs/runs.svg': await story(),
};

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
for (const [name, text] of Object.entries(generated)) {
  const file = join(root, name);
  if (!check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${name} is stale. Fix: npm run docs`);
    process.exitCode = 1;
  }
}
