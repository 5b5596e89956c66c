import type { Turn } from '../../../domain/index.ts';
import { type Chance, streamOf } from '../chance.ts';

/** How often each fault of a recorded call happens; 0 or absent switches it off. */
export interface NoiseRates {
  /** A filler or a word said twice, a word. */
  readonly disfluency?: number;
  /** A word taken for another one, a word. */
  readonly misheard?: number;
  /** A turn that ends in the middle. */
  readonly cutOff?: number;
  /** A turn under the other speaker's name. */
  readonly swapped?: number;
  /** A turn of the agent with feeling of its own, which must not count. */
  readonly agentFeeling?: number;
}

export const usualNoise: Required<NoiseRates> = {
  ...{ disfluency: 0.04, misheard: 0.05, cutOff: 0.03, swapped: 0.02, agentFeeling: 0.15 },
};

/**
 * The call as a recorder writes it down. Each layer draws from a stream of its own, over the words as they were spoken,
 * so that one layer switched on or off leaves the others as they are.
 */
export function withNoise(spoken: readonly Turn[], rates: NoiseRates, seed: number, call: string): Turn[] {
  const stream = (layer: keyof NoiseRates) => {
    const chance = streamOf(seed, `${layer} ${call}`);
    return { chance, rate: rates[layer] ?? 0 };
  };
  const [disfluency, misheard] = [stream('disfluency'), stream('misheard')];
  const [cutOff, swapped, agentFeeling] = [stream('cutOff'), stream('swapped'), stream('agentFeeling')];
  return spoken.map(({ by, text }) => {
    const heard = text.split(' ').map((word) => {
      const kept = misheard.chance.happens(misheard.rate) ? mistaken(word, misheard.chance) : word;
      return disfluency.chance.happens(disfluency.rate) ? stammered(kept, word, disfluency.chance) : kept;
    });
    // At least one word is said, and at least one is lost.
    const words = cutOff.chance.happens(cutOff.rate)
      ? [...heard.slice(0, cutOff.chance.whole(1, Math.max(1, heard.length - 1))), '--']
      : heard;
    const feeling = by === 'agent' && agentFeeling.chance.happens(agentFeeling.rate);
    const said = [...words, ...(feeling ? [agentFeeling.chance.pick(agentFeelings)] : [])].join(' ');
    const other = by === 'agent' ? 'resident' : 'agent';
    return { by: swapped.chance.happens(swapped.rate) ? other : by, text: said };
  });
}

const agentFeelings = [
  ...['Oh no, that is terrible!', 'I am so happy for you, wonderful!', 'I hate when that happens, awful.'],
  ...['Great, great, I love it.', 'That is the worst, I feel horrible about it.'],
] as const;
const fillers = ['uh,', 'um,', 'you know,', 'I mean,', 'like,', 'well,'] as const;

/** A filler before the word, or the word twice. `spoken` decides, so that mishearing does not. */
function stammered(word: string, spoken: string, chance: Chance): string {
  return chance.happens(0.3) && /^\p{L}+$/u.test(spoken) ? `${word} ${word}` : `${chance.pick(fillers)} ${word}`;
}

/** What machines take for each other. */
const confused: Readonly<Record<string, string>> = {
  ...{ the: 'a', a: 'the', is: 'as', it: 'at', to: 'two', two: 'to', for: 'four', four: 'for', i: 'eye', we: 'he' },
  ...{ you: 'your', your: 'you', that: 'than', in: 'an', on: 'own', of: 'off', and: 'end', my: 'by', not: 'now' },
  ...{ no: 'know', there: 'their', here: 'hear', rent: 'rant', lease: 'least', leak: 'league', unit: 'you knit' },
  ...{ heat: 'hit', ticket: 'thicket', again: 'a gain', nobody: 'no body', works: 'worse' },
  ...{ sink: 'sync', stove: 'store', fee: 'free', notice: 'no this', pay: 'bay', will: 'well', thank: 'tank' },
};
/** Taken for any other word of about the same length. */
const common = [
  ...['up', 'or', 'so', 'but', 'all', 'one', 'then', 'from', 'with', 'have', 'thing', 'other', 'place', 'people'],
  ...['matter', 'another', 'between', 'question', 'somebody', 'different', 'completely', 'information'],
] as const;

function mistaken(word: string, chance: Chance): string {
  const bare = word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const alike = common.filter((each) => Math.abs(each.length - bare.length) <= 1 && each !== bare);
  const instead = confused[bare] ?? chance.pick(alike.length > 0 ? alike : common);
  return instead + (/[.,!?]$/.exec(word)?.[0] ?? '');
}
