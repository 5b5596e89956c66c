import { isIsoDay } from '../domain/index.ts';

/** How other systems write one kind of value. `read` gives it in our form, `undefined` where it is written otherwise. */
export interface Written {
  /** What is expected, in words. */
  readonly like: string;
  read(text: string): string | undefined;
}

export interface AmountStyle {
  readonly thousands?: string | undefined;
  readonly decimal: string;
  readonly currency?: string | undefined;
}

const parts: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d\\d)',
  M: '(?<month>\\d\\d?)',
  DD: '(?<day>\\d\\d)',
  D: '(?<day>\\d\\d?)',
};

/**
 * Days in one notation, `M/D/YYYY`, and never in another. `undefined` for a notation that does not hold year, month and
 * day, each once, with one mark between them.
 */
export function daysLike(notation: string): Written | undefined {
  const [, first = '', mark = '', second = '', third = ''] =
    /^(YYYY|MM?|DD?)([-./ ])(YYYY|MM?|DD?)\2(YYYY|MM?|DD?)$/.exec(notation) ?? [];
  const order = [first, second, third];
  if (new Set(order.map((part) => part[0])).size < order.length) return undefined;
  const pattern = new RegExp(`^${order.map((part) => parts[part]).join(literal(mark))}$`);
  return {
    like: `a day written as ${notation}`,
    read(text) {
      const { year = '', month = '', day = '' } = pattern.exec(text)?.groups ?? {};
      const found = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
      return isIsoDay(found) ? found : undefined;
    },
  };
}

/** Amounts with a currency mark before or behind, and digits in groups of three: all groups or none. */
export function amountsLike({ thousands = '', decimal, currency = '' }: AmountStyle): Written {
  const mark = currency === '' ? '' : `(?:${literal(currency)})?`;
  const whole = thousands === '' ? '\\d+' : `\\d{1,3}(?:${literal(thousands)}\\d{3})+|\\d+`;
  const pattern = new RegExp(`^${mark}\\s*(${whole})(?:${literal(decimal)}(\\d{1,2}))?\\s*${mark}$`);
  return {
    like: `an amount like ${currency}1${thousands}450${decimal}00, never negative`,
    read(text) {
      const [, digits, cents = '0'] = pattern.exec(text) ?? [];
      return digits === undefined ? undefined : `${digits.replace(/\D/g, '')}.${cents}`;
    },
  };
}

/** Whether an amount is none: exports put `0.00` or a dash into the one of two columns that does not apply. */
export function isNoAmount(style: AmountStyle, text: string): boolean {
  const bare = text.replace(/[-\u2013\u2014()]/g, '').trim();
  return bare === '' || bare === style.currency || Number(amountsLike(style).read(bare)) === 0;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
