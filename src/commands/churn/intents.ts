import { type Intent, intents, plural } from '../../core/domain/index.ts';
import { UsageError } from '../../core/errors/index.ts';
import { type HeardReport, hearTurns } from '../../core/ops/heard.ts';
import { featureOf, scorecard } from '../../core/risk/index.ts';
import { defineCommand } from '../definition.ts';
import { flowing } from '../style.ts';

interface Input {
  text?: string | undefined;
  file?: string | undefined;
}

const weighed: readonly string[] = scorecard.heads.leave.weights.map(({ feature }) => feature);
/** Whether the scorecard counts it; what was learned from an owner's past may weigh what it does not. */
const counts = (intent: Intent) => intent in featureOf && weighed.includes(featureOf[intent as keyof typeof featureOf]);

const COUNTING = [
  `In the score: ${intents.filter(counts).join(', ')}, and the sentiment of a call.`,
  `Not in the score: ${intents.filter((intent) => !counts(intent)).join(', ')}. Who tells of hardship or habitability is helped: no label of that call counts.`,
  'Whatever is kept out counts 0.',
].join('\n');

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
    return [...told, ...wrong, ...left, '', style.dim(flowing(COUNTING, style))].join('\n');
  },
});
