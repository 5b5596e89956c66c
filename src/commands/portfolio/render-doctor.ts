import { plural } from '../../core/domain/index.ts';
import type { DataDiagnosis, DataFinding } from '../../core/ops/data-doctor.ts';
import { below, type Style } from '../style.ts';

const looks = { warn: 'warn', fail: 'bad' } as const;
const INDENT = ' '.repeat(6);

export function renderDataDoctor({ owner, day, properties, tenants, months, findings }: DataDiagnosis, style: Style) {
  const cell = ({ rows, connected }: DataDiagnosis['months'][number]['ledger']) =>
    `${rows}${{ yes: '', part: ' (in part)', no: ' (not stated)' }[connected]}`;
  return [
    `${style.bold(style.fit(owner, 24))}  ${style.dim(`as known on ${day}`)}`,
    `${plural(properties, 'property')}, ${plural(tenants, 'tenant')}`,
    '',
    style.columns([
      ['MONTH', 'LEDGER', 'TICKETS', 'CALLS'].map((name) => style.dim(name)),
      ...months.map(({ month, ledger, tickets, calls }) => [month, cell(ledger), cell(tickets), cell(calls)]),
    ]),
    '',
    ...findings.flatMap((finding) => linesOf(finding, style)),
    properties === 0 ? 'Nothing was imported yet. Next: sophia portfolio import <folder>' : sumOf(findings),
  ].join('\n');
}

function sumOf(findings: readonly DataFinding[]): string {
  if (findings.length === 0) return 'Nothing is amiss.';
  const fails = findings.filter(({ state }) => state === 'fail').length;
  const distort = `${fails} ${fails === 1 ? 'distorts' : 'distort'} a score`;
  const rest = findings.length > fails ? '; of the others a score says less' : '';
  return `${plural(findings.length, 'finding')}: ${distort}${rest}.`;
}

function linesOf({ code, state, what, examples, times, costs, fix }: DataFinding, style: Style): string[] {
  const more = times > examples.length ? ', ...' : '';
  const said = (label: string, text: string) =>
    INDENT + style.dim(label) + below(INDENT + label, style.text(text), style);
  return [
    `${style[looks[state]](state)}  ${style.bold(code)}`,
    INDENT + below(INDENT, what, style),
    said('such as: ', examples.join('; ') + more),
    said('costs: ', costs),
    said('fix: ', fix),
    '',
  ];
}
