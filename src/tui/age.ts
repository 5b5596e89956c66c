import type { Instant } from '../core/domain/index.ts';

const JUST_NOW_MS = 10_000;
const MINUTE_MS = 60_000;
const units = [
  ['d', 48 * 60 * MINUTE_MS, 24 * 60 * MINUTE_MS],
  ['h', 60 * MINUTE_MS, 60 * MINUTE_MS],
  ['min', MINUTE_MS, MINUTE_MS],
] as const;

/**
 * How long ago something was asked, as it stands beside what was answered; empty for just now. No seconds: who hears the
 * screens would be told each of them.
 */
export function agoOf(at: Instant, now: Instant): string {
  const ageMs = Date.parse(now) - Date.parse(at);
  // The clock was put back.
  if (!(ageMs >= 0)) return 'at some time';
  if (ageMs < JUST_NOW_MS) return '';
  const [unit, , perUnitMs] = units.find(([, fromMs]) => ageMs >= fromMs) ?? [];
  return unit ? `${Math.floor(ageMs / perUnitMs)} ${unit} ago` : '< 1 min ago';
}
