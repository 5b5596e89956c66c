import type { z as zod } from 'zod';
import { UsageError } from '../core/errors/index.ts';
import type { AccountDeps } from '../core/ops/deploy/account.ts';
import {
  ANY_SPEED,
  type Mishap,
  mishaps,
  type Practice,
  practising,
  USUAL_SPEED,
} from '../core/ops/deploy/practice.ts';
import { findSecret } from '../core/secrets/index.ts';
import type { BareContext, OptionSpec } from './definition.ts';
import { inRehearsal } from './stay.ts';
import type { Style } from './style.ts';

/** A rehearsal against the emulator that is shipped: without a key, and without a bill. */
export const practiceOptions: readonly OptionSpec[] = [
  { flags: '--rehearse', help: 'against an emulator on this machine: no key, and nothing bills' },
  {
    flags: '--speed <times>',
    help: `in a rehearsal, times as fast as the clock; default: ${USUAL_SPEED}`,
  },
];

/** Of what launches machines: it goes wrong at the next launch. */
export const mishapOptions: readonly OptionSpec[] = [
  { flags: '--fault <name>', completes: mishaps, help: `in a rehearsal, what goes wrong: ${mishaps.join(', ')}` },
];

export interface PracticeInput {
  rehearse: boolean;
  fault?: Mishap | undefined;
  speed?: number | undefined;
}

export function practiceInput(z: typeof zod) {
  return {
    rehearse: z.boolean().default(false),
    speed: z
      .string()
      .regex(/^\d{1,4}$/, 'must be a whole number from 2 to 9999')
      .transform(Number)
      .refine((times) => times > ANY_SPEED, 'must be a whole number from 2 to 9999')
      .optional(),
  };
}

export function mishapInput(z: typeof zod) {
  return { fault: z.enum(mishaps, `must be one of ${mishaps.join(', ')}`).optional() };
}

/** UsageError for what only a rehearsal takes: nobody breaks anything by mistake. */
export function practiceIn({ rehearse, fault, speed }: PracticeInput): Practice | undefined {
  if (rehearse) return { speed: speed ?? ANY_SPEED, mishap: fault };
  const said = fault !== undefined ? '--fault' : speed !== undefined ? '--speed' : undefined;
  if (said) throw new UsageError(`${said}: is of a rehearsal`, [`--rehearse ${said} ...`]);
  return undefined;
}

/** What asks the vendor with the user's key, or the emulator. */
export async function vendorIn(context: BareContext, input: PracticeInput): Promise<BareContext & AccountDeps> {
  const practice = practiceIn(input);
  if (practice) return practising(context, practice);
  return { ...context, key: async () => (await findSecret(context, 'lambda-api-key'))?.secret };
}

const MARK = 'rehearsal| ';

/** Every line says so: nobody takes what was practised for what is. It is drawn in what room that leaves. */
export function marked(draw: (style: Style) => string, isRehearsal: boolean, style: Style): string {
  if (!isRehearsal) return draw(style);
  const width = style.width - MARK.length;
  return inRehearsal(draw({ ...style, width }))
    .split('\n')
    .flatMap((line) => within(line, width))
    .map((line) => MARK + line)
    .join('\n');
}

/** What became too long by what was added to it: what it is for stands below. */
function within(line: string, width: number): string[] {
  const [command = '', ...what] = line.split(/ {3}(?=\S)/);
  if (line.length <= width || what.length === 0 || !command.includes('--rehearse')) return [line];
  return [command, `  ${what.join('   ')}`];
}
