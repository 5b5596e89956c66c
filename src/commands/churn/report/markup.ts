import { escaped } from '../../harmless.ts';

/** HTML that was written here. Whatever is not of this class is text, and shown as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

/** A template whose values are text, but for what was written as HTML itself; lists of these are joined. */
export function html(written: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(String.raw({ raw: written }, ...values.map(safe)));
}

function safe(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  return typeof part === 'string' || typeof part === 'number' ? shown(String(part)) : part.map(safe).join('');
}

/** What would turn the direction of text, or be obeyed, is told apart: `\u202e`. */
function shown(text: string): string {
  return escaped(text).replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? '');
}

/** Text of a customer: of whatever direction, it does not turn what stands around it. */
export function own(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}

/** A string of CSS: every letter that could end it, or begin something else, is a number. */
export function cssString(text: string): Markup {
  const number = (letter: string) => `\\${letter.codePointAt(0)?.toString(16)} `;
  return new Markup(`"${escaped(text).replaceAll(/[^A-Za-z0-9 ]/gu, number)}"`);
}
