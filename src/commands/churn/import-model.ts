import type { OwnerId } from '../../core/domain/index.ts';
import type { Foreign } from '../../core/ops/learning/foreign.ts';
import { defineCommand } from '../definition.ts';
import { chooseOwner } from '../owner.ts';
import { askedLine, judgedLines } from './judged.ts';

interface Input {
  file: string;
  manifest: string;
  dryRun: boolean;
}

interface Imported extends Foreign {
  readonly owner: OwnerId;
}

export default defineCommand<Input, Imported, 'own'>({
  summary: 'Keep a model that another program learned, as a candidate',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  scores: 'hidden',
  args: [{ name: 'file', completes: 'file', help: 'the .onnx file' }],
  options: [
    { flags: '--manifest <file>', completes: 'file', help: 'says how it is fed, and what is to come out' },
    { flags: '--dry-run', help: 'try it on its golden rows, keep nothing' },
  ],
  examples: [
    'sophia churn import-model forest.onnx --manifest forest.json',
    'sophia churn import-model forest.onnx --manifest forest.json --dry-run',
  ],
  input: (z) =>
    z.object({
      file: z.string().min(1, 'must not be empty'),
      manifest: z.string('must name a file: docs/risk.md says what is in it').min(1, 'must not be empty'),
      dryRun: z.boolean().default(false),
    }),
  async run({ app }, request) {
    const rooms = chooseOwner(app);
    const done = await (await rooms.learning()).importForeign(request);
    return { data: { owner: rooms.owner.id, ...done } };
  },
  render(imported, style) {
    const { owner, name, head, version, known, golden, hash, features, dryRun } = imported;
    const { probed, trainedUntil, judged, refusal } = imported;
    const state = known ? `model ${version} of ${owner} already` : `model ${version} of ${owner}, a candidate`;
    return [
      `${style.bold(style.fit(name, 60))} ${dryRun && !known ? 'could be kept as a candidate' : `is ${state}`}.`,
      style.dim(`  ${hash}`),
      `It ranks the ${head} head by ${features.join(', ')}.`,
      `All ${golden.rows} golden rows come out as its manifest says; the farthest is off by ${golden.farthest.toExponential(1)}.`,
      askedLine(probed),
      'No exact attribution: what a foreign model makes of a feature cannot be told, so no points are shown for it.',
      '',
      ...judgedLines(head === 'leave' ? 'Leaving' : 'Arrears', judged, style, { foreign: true }),
      `Only months after ${trainedUntil} count: what it was learned from says nothing.`,
      refusal === null
        ? `It may rank. Next: sophia churn models promote ${version ?? '<version>'}`
        : `It may not rank: ${refusal}.`,
      ...(dryRun ? ['Nothing was changed: this was a dry run.'] : ['It ranks nobody as long as it is a candidate.']),
    ].join('\n');
  },
});
