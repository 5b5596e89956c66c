import type { AuditWalk } from '../../store/index.ts';
import { type Finding, ok } from '../doctor/findings.ts';

export function isWhole({ brokenAt, written, untold }: AuditWalk): boolean {
  return brokenAt === undefined && written === undefined && untold === undefined;
}

/** What is wrong with an audit stream that is not whole. */
export function faultOf({ owner, brokenAt, lines, written, untold }: AuditWalk): string {
  const faults = [
    ...(brokenAt === undefined ? [] : [`the line with seq ${brokenAt} does not follow from the one before it`]),
    ...(written === undefined ? [] : [`lines there: ${lines}, lines written: ${written}`]),
    ...(untold === undefined ? [] : [`imports and answers of which no line tells: ${untold}`]),
  ];
  return `owner ${owner}: ${faults.join('; ')}`;
}

export function auditFinding(walks: readonly AuditWalk[]): Finding {
  const faulty = walks.filter((walk) => !isWhole(walk));
  const lines = walks.reduce((n, walk) => n + walk.lines, 0);
  const facts = { streams: walks.length, lines, broken: faulty.length };
  if (faulty.length === 0) return ok(`lines that follow from each other: ${lines}`, facts);
  return {
    state: 'fail',
    evidence: faulty.map(faultOf).join('; '),
    facts,
    fix: [
      'keep a copy of the store as it is: lines before that one are as they were written',
      'put back a copy from before: sophia store restore <file>; older ones lie beside it as *.backup-*',
    ],
  };
}
