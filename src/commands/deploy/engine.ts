import { UserError } from '../../core/errors/index.ts';
import { type EngineOffer, engineFile, findEngine, installEngine, offerOf } from '../../core/stack/index.ts';
import { type BareContext, defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';

interface Input {
  dryRun: boolean;
  yes: boolean;
}

interface Report {
  readonly found: { readonly path: string; readonly version: string; readonly by: keyof typeof FOUND_BY } | null;
  /** What would be fetched, or was; null where nothing has to be. */
  readonly offer: EngineOffer | null;
  readonly dryRun: boolean;
}

const FOUND_BY = { SOPHIA_PULUMI: 'named by SOPHIA_PULUMI', PATH: 'found in PATH', fetched: 'fetched for you' };

export default defineCommand<Input, Report, 'none'>({
  summary: 'Say which engine of Pulumi is found, or have one fetched after a yes',
  status: 'experimental',
  place: 'none',
  changes: 'world',
  options: [{ flags: '--dry-run', help: 'say which is found, or what would be fetched; write nothing' }],
  examples: ['sophia deploy engine --dry-run'],
  input: (z) => z.object({ dryRun: z.boolean().default(false), yes: z.boolean().default(false) }),
  async run(ctx, { dryRun, yes }) {
    const named = ctx.variables.SOPHIA_PULUMI;
    const there = await engineFile(ctx, named);
    if (there) {
      const found = { ...(await findEngine(ctx, named)), by: there.by };
      return { data: { found, offer: null, dryRun }, synthetic: false };
    }
    const offer = offerOf(ctx);
    if (dryRun) return { data: { found: null, offer, dryRun }, synthetic: false };
    await agree(ctx, offer, yes);
    const found = { ...(await installEngine(ctx, offer)), by: 'fetched' as const };
    return { data: { found, offer, dryRun }, synthetic: false };
  },
  render({ found, offer }, style) {
    if (!found && offer) return `${offered(offer, style)}\nNothing was changed: this was a dry run.`;
    if (!found) return '';
    const { path, version, by } = found;
    return `${style.bold(`Pulumi ${style.text(version)}`)} is at ${style.text(path)}, ${FOUND_BY[by]}.`;
  },
});

function offered({ version, archive, sums, file }: EngineOffer, style: Style): string {
  return [
    "Pulumi's engine, which makes and ends machines, was not found. It would be fetched from its makers:",
    `  ${style.bold(`Pulumi ${version}`)}, one program of ${style.text(archive)}`,
    `  its sum, by which it is told from any other, of ${style.text(sums)}`,
    `  into ${style.text(file)}`,
  ].join('\n');
}

/** Nothing comes from elsewhere unasked, and nothing of what comes is run before. */
async function agree(ctx: BareContext, offer: EngineOffer, yes: boolean): Promise<void> {
  ctx.show((style) => offered(offer, style));
  if (yes || (await ctx.ask.confirm({ message: 'Fetch it?', fallback: false, flag: '--yes' }))) return;
  throw new UserError('paused', 'nothing was fetched: it was not agreed to', ['sophia deploy engine --yes']);
}
