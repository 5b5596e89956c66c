import { plural } from '../../core/domain/index.ts';
import { UsageError } from '../../core/errors/index.ts';
import { type HeardReport, hearTurns } from '../../core/ops/heard.ts';
import { defineCommand } from '../definition.ts';

interface Input {
  text?: string | undefined;
  file?: string | undefined;
}

export default defineCommand<Input, HeardReport, 'none'>({
  summary: 'Show what is heard in what residents say, and why',
  status: 'beta',
  place: 'none',
  scores: 'hidden',
  changes: 'nothing',
  args: [{ name: 'text', required: false, help: 'what a resident says' }],
  options: [
    {
      flags: '--file <file>',
      completes: 'file',
      help: 'turns or calls as JSON lines or a JSON array; -: what is piped in',
    },
  ],
  examples: [
    'sophia churn intents "Nobody came about the sink, and it drips again."',
    'sophia churn intents "We gave notice, thank you for six good years."',
  ],
  input: (z) => z.object({ text: z.string().min(1, 'must not be empty').optional(), file: z.string().optional() }),
  async run(ctx, { text, file }) {
    if ((text === undefined) === (file === undefined))
      throw new UsageError('either a text or --file says what to read', [
        'sophia churn intents "The heat is off again."',
        'sophia churn intents --file turns.jsonl --json',
      ]);
    const data = await hearTurns(ctx, file === undefined ? { text: text ?? '' } : { file });
    // Not a word of it is invented by us.
    return { data, synthetic: false, ...(data.rejections && { exit: 'partial' as const }) };
  },
  render({ turns, rejections = [] }, style) {
    const told = turns.flatMap(({ id, labels, polarity, redact, language, because }) => [
      [
        ...(id === undefined ? [] : [style.text(id)]),
        labels.join(', ') || 'no intent',
        polarity === null ? 'unscored' : `polarity ${polarity}`,
        ...(redact.length > 0 ? [style.warn(`kept out: ${redact.join(', ')}`)] : []),
        language,
      ].join('  '),
      ...because.map((reason) => `  ${style.text(reason)}`),
    ]);
    const wrong = rejections.map(({ line, reason }) => style.warn(`line ${line} ${reason}`));
    const left = rejections.length > 0 ? [`${plural(rejections.length, 'line')} could not be read.`] : [];
    return [...told, ...wrong, ...left].join('\n');
  },
});
