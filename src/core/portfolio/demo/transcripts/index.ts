import type { Turn } from '../../../domain/index.ts';
import { type Chance, streamOf } from '../chance.ts';
import { grave } from './grave.ts';
import { living } from './living.ts';
import { money } from './money.ts';
import { moving } from './moving.ts';
import { type NoiseRates, withNoise } from './noise.ts';
import { renewals } from './renewals.ts';
import { repairs } from './repairs.ts';
import type { Scenario } from './scenario.ts';
import { type Facts, slots } from './slots.ts';

export { type NoiseRates, usualNoise } from './noise.ts';
export { type Family, families, type Gold, type Scenario } from './scenario.ts';
export type { Facts } from './slots.ts';

export const scenarios: readonly Scenario[] = [...repairs, ...moving, ...renewals, ...money, ...living, ...grave];

/**
 * The call as it was written down. `call` names it within the portfolio: its words and each layer of noise come from
 * streams of that name, so that no call changes another.
 */
export function speak(
  { turns }: Scenario,
  facts: Facts,
  { seed, noise, call }: { readonly seed: number; readonly noise: NoiseRates; readonly call: string },
): Turn[] {
  const chance = streamOf(seed, `words ${call}`);
  const filled = new Map<string, string>();
  const spoken = turns.map((template, at): Turn => {
    return { by: at % 2 === 0 ? 'agent' : 'resident', text: expanded(template, facts, filled, chance) };
  });
  return withNoise(spoken, noise, seed, call);
}

/** Fills the innermost braces first, until none is left. Throws Error for a slot that nobody fills. */
function expanded(template: string, facts: Facts, filled: Map<string, string>, chance: Chance): string {
  let text = template;
  while (text.includes('{')) {
    text = text.replace(/\{([^{}]*)\}/g, (_, inside: string) => {
      if (inside.includes('|')) return chance.pick(inside.split('|'));
      const slot = slots[inside];
      if (!slot) throw new Error(`no slot is called ${inside}`);
      const value = filled.get(inside) ?? slot(facts, chance);
      filled.set(inside, value);
      return value;
    });
  }
  return text.trim();
}
