import { type Card, fingerprintOf, loadLearning, scorecard } from '../../core/risk/index.ts';
import { defineCommand } from '../definition.ts';
import { chooseOwner } from '../owner.ts';
import { flowing } from '../style.ts';
import { wholeNumber } from '../whole-number.ts';

interface Shown {
  readonly cards: readonly Card[];
  /** The same as Markdown. */
  readonly text: string;
}

export default defineCommand<{ model?: number | undefined }, Shown, 'any'>({
  summary: 'Print the model card: use, data, figures, limits',
  status: 'experimental',
  place: 'any',
  scores: 'hidden',
  changes: 'nothing',
  options: [{ flags: '--model <version>', help: 'of this model; default: of what ranks' }],
  examples: ['sophia churn card', 'sophia churn card --json'],
  input: (z) => z.object({ model: wholeNumber(z, { from: 1 }).optional() }),
  async run({ app }, { model }) {
    const { cardOf, cardText } = await loadLearning();
    const files =
      model === undefined
        ? await Promise.all(app.owned.map(async (rooms) => (await (await rooms.learning()).active())?.file))
        : [(await (await chooseOwner(app).learning()).show(model)).file];
    const learned = files.filter((file) => file !== undefined);
    const cards =
      learned.length === 0
        ? [cardOf(scorecard, fingerprintOf(scorecard))]
        : learned.map((file) => cardOf(scorecard, fingerprintOf(file), file));
    return { data: { cards, text: cards.map(cardText).join('\n') } };
  },
  render: ({ text }, style) => flowing(text.trimEnd(), style),
});
