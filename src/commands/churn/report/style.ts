import { cssString, Markup } from './markup.ts';

/** Told apart by lightness as well: a grey printer and an eye that sees no red lose nothing. */
export const fills = { lo: '#d3dfea', mid: '#d9912f', hi: '#7d1717', stay: '#7f94a8' } as const;
export type Look = keyof typeof fills;

const light = `--paper:#fff;--ink:#1b1f24;--soft:#4d5660;--rule:#c9d1d9;--panel:#f4f6f8;
${Object.entries(fills)
  .map(([look, fill]) => `--${look}:${fill}`)
  .join(';')}`;
const dark = `--paper:#14181d;--ink:#e6eaee;--soft:#a9b4bf;--rule:#3a444e;--panel:#1d232a;
--lo:#3c4d5e;--mid:#c07f2c;--hi:#ff9c8c;--stay:#7f94a8`;

/** The looks of the page. What a sheet of paper says at its head is the name of the property: a string that cannot end. */
export function styleOf(title: string): Markup {
  return new Markup(`
:root{${light};color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:60rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
h1{font-size:1.8rem;line-height:1.2;margin:0}
h2{font-size:1.25rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--rule);padding-bottom:.2rem}
h3{font-size:1.05rem;margin:0}
p{margin:.4rem 0;max-width:46rem}
ul{margin:.4rem 0;padding-left:1.2rem}
.soft{color:var(--soft)}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.big{font-size:1.6rem;font-weight:700;font-variant-numeric:tabular-nums}
.badge{display:inline-block;border:2px solid var(--ink);padding:.1rem .5rem;font-weight:700;letter-spacing:.06em}
.note{background:var(--panel);border-left:4px solid var(--soft);padding:.5rem .9rem;margin:1rem 0}
.facts{display:flex;flex-wrap:wrap;gap:.4rem 2.4rem;margin:.8rem 0}
.facts div{min-width:8rem}
.facts dt{color:var(--soft);font-size:.9rem}
.facts dd{margin:0}
figure{margin:.8rem 0}
figcaption{font-size:.9em;color:var(--soft)}
svg{display:block;max-width:100%;height:auto}
svg text{font-size:12px;fill:var(--ink)}
svg .soft{fill:var(--soft)}
svg .axis{stroke:var(--rule)}
svg .mark{stroke:var(--ink);stroke-dasharray:3 3}
svg .bar{stroke:var(--ink);stroke-width:.6}
.lo{fill:var(--lo)}.mid{fill:var(--mid)}.hi{fill:var(--hi)}.stay{fill:var(--stay)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92em;margin:.5rem 0}
caption{text-align:left;color:var(--soft);padding:.2rem 0}
th,td{text-align:left;vertical-align:top;padding:.22rem .6rem .22rem 0;border-bottom:1px solid var(--rule)}
thead th,thead td{border-bottom:2px solid var(--ink)}
table.slim{width:auto}
table.slim th,table.slim td{padding-right:1.6rem}
tbody th{font-weight:400}
.tenant{border:1px solid var(--rule);border-radius:6px;padding:.7rem .9rem;margin:.8rem 0}
.tenant header{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:baseline;justify-content:space-between}
.tenant table{table-layout:fixed;min-width:34rem}
.tenant thead :nth-child(1){width:9%}
.tenant thead :nth-child(2){width:24%}
.tenant thead :nth-child(3){width:30%}
@page{margin:18mm 15mm 16mm;
@top-left{content:${cssString(title).text};font:9pt sans-serif}
@top-right{content:"An index among peers: no probability";font:9pt sans-serif}
@bottom-right{content:counter(page) " of " counter(pages);font:9pt sans-serif}}
@media print{:root{${light};color-scheme:light}
body{max-width:none;padding:0;font-size:9.5pt;line-height:1.35}
h1{font-size:17pt}
h2{font-size:12.5pt;margin:1rem 0 .4rem}
h3{font-size:10.5pt}
.big{font-size:14pt}
figure svg{width:150mm}
table{font-size:8.5pt}
.tenant table{min-width:0}
th,td{padding-top:.08rem;padding-bottom:.08rem}
.tenant{padding:.4rem .7rem;margin:.5rem 0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
nav{display:none}
.scroll{overflow:visible}
thead{display:table-header-group}
tr,figure,.tenant,.note{break-inside:avoid}
h2,h3,caption{break-after:avoid}
.sheet{break-before:page}}
`);
}
