import type { Turn } from '../domain/index.ts';

/** Only the office says these. */
const agentPhrases = [
  /\b(?:thanks|thank you) for (?:calling|contacting|holding|reaching out)\b/i,
  /\b(?:how|what) (?:can|may|could) (?:i|we) (?:help|assist|do for)(?: you)?\b(?! (?:my|our|the|them|him|her|keep|with (?:my|the)))/i,
  /\b(?:is there )?anything else (?:that )?(?:i|we) can (?:help|assist|do)\b/i,
  /\b(?:this is|you've reached|you have reached) (?:the )?(?:\w+ )?(?:\w+ )?(?:leasing|management|maintenance|front) (?:office|desk|line|team)\b/i,
  /\b(?:can|could|may) (?:i|we) (?:have|get|take) your (?:name|unit|apartment|account|phone|address|date of birth)\b/i,
  /\blet me (?:pull up|look up|bring up|check|open) your (?:account|file|ledger|ticket|record|lease|unit)\b/i,
  /\b(?:i|we)(?: can|'ll| will| am going to|'m going to)? (?:send|dispatch|schedule) (?:a|our|one of our|the) (?:\w+ )?(?:tech|technician|technicians|maintenance|plumber|electrician|crew)\b/i,
  /\b(?:i|we) (?:see|have) your (?:ticket|account|request|work order|payment) (?:here|from|on (?:file|record|my screen))/i,
  /\b(?:apologi[sz]e|apologies|sorry) for (?:the|any|your) (?:inconvenience|wait|trouble)\b/i,
  /\bi(?:'ve| have) (?:opened|created|logged|put in) a (?:ticket|work order|service request) for you\b/i,
];

/** Words between quotation marks are told, not said. */
const quoted = /"[^"]*"|“[^“”]*”/g;

/** Whether the labels of a call are likely swapped: somebody labelled `resident` speaks as the office does. */
export function areSpeakersUnclear(turns: readonly Turn[]): boolean {
  return turns.some(({ by, text }) => {
    if (by !== 'resident') return false;
    const said = text.replaceAll('’', "'").replace(quoted, ' ');
    return agentPhrases.some((phrase) => phrase.test(said));
  });
}
