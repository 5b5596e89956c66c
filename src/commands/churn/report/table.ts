import { html, type Markup } from './markup.ts';

/** Headings that begin with `#` stand above numbers. */
export function table(caption: string | null, heads: readonly string[], rows: readonly Markup[]): Markup {
  // Numbers stay near what they are of.
  const look = heads.slice(1).every((head) => head.startsWith('#')) ? 'slim' : 'wide';
  const columns = heads.map((head) => {
    const isNumber = head.startsWith('#');
    const text = head === '#' ? 'Rank' : head.replace('#', '');
    if (text === '') return html`<td></td>`;
    return html`<th scope="col"${isNumber ? html` class="num"` : null}>${text}</th>`;
  });
  return html`<div class="scroll"><table class="${look}">${caption ? html`<caption>${caption}</caption>` : null}<thead><tr>${columns}</tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}

export function num(value: string | number): Markup {
  return html`<td class="num">${value}</td>`;
}
